"""Make the notebooks from their texts, outputs included; or only check that they are current.

See https://docs.djangoproject.com/en/5.2/howto/custom-management-commands/
"""

from django.core.management import BaseCommand, CommandError
from tqdm import tqdm

from classroom.publishing import notebooks


class Command(BaseCommand):
    help = (
        "Run notebooks/source/*.py, and the exercises, through the kernel and write "
        "notebooks/*.ipynb."
    )
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument(
            "names", nargs="*", metavar="NAME", help="the beginning of a name, such as 02; else all"
        )
        parser.add_argument(
            "--check",
            action="store_true",
            help="write nothing, fail where a notebook is not current",
        )

    def handle(self, *, names, check, **options):
        stale = []
        for source in chosen(names):
            path = notebooks.notebook_of(source).relative_to(notebooks.FOLDER)
            try:
                differences = self.treat(source, path, check)
            except notebooks.NotebookError as error:
                raise CommandError(f"{path}: {error}") from error
            if differences:
                stale.append(str(path))
                self.stdout.write("\n\n".join([f"{path} is not current.", *differences]))
        if stale:
            raise CommandError(
                f"Not current: {', '.join(stale)}. Run `python manage.py build_notebooks` with "
                "these names, look at the differences, and commit text and notebook together."
            )

    def treat(self, source, path, check):
        """Build or check one notebook behind a progress bar; return what is not current."""
        cells = len(notebooks.convert(source).cells)
        with tqdm(total=cells, desc=str(path), unit="cell", disable=None) as bar:
            if check:
                return notebooks.check(source, after_cell=bar.update)
            changed = notebooks.build(source, after_cell=bar.update)
        self.stdout.write(f"{path}: {'written' if changed else 'unchanged'}")
        return []


def chosen(names):
    """List the texts whose names begin with one of these; all of them for no names."""
    texts = {
        str(path.relative_to(notebooks.FOLDER / "source")): path for path in notebooks.sources()
    }
    for name in names:
        if not any(text.startswith(name) for text in texts):
            raise CommandError(
                f"No text begins with {name!r}. There are: {', '.join(texts) or 'none yet'}."
            )
    return [path for text, path in texts.items() if not names or text.startswith(tuple(names))]
