"""What learners click and move: for each piece an ES module and its Python face.

A module exports `show(data, element)`, which draws the same in JupyterLab, in VS Code and on a
page, and fetches nothing. `faces()` makes its outputs. Their HTML is all that the site needs:

    <div data-piece="rota">
      what stands where no script runs
      <script type="application/json">what show() is given</script>
    </div>

A page that holds this gets the module `rota.js`, from this folder or from `whatfires/`, which draws
in the element. So a new module needs no change of the site. What a learner chooses is told by an
event "chosen" of the element, with the choice as its `detail`.
"""
