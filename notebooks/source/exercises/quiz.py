# %% [markdown]
# <!--
# Generated from classroom/exercises/questions.py by `manage.py build_notebooks`: edit that instead.
# fmt: off
# ruff: noqa
# -->
#
# # The closing quiz
#
# 18 questions over the whole course, about 18 minutes. Questions 5, 13, 15, 16 and 17 are about notebooks of `deeper/`: guess, or come back to them. Run a cell, and click your answer. Without a mouse, call `quiz(number, letter)`, as in `quiz(1, "a")`. Whatever you choose, you read why. Your first answer to each counts.

# %%
quiz(1)

# %%
quiz(2)

# %%
quiz(3)

# %%
quiz(4)

# %%
quiz(5)

# %%
quiz(6)

# %%
quiz(7)

# %%
quiz(8)

# %%
quiz(9)

# %%
quiz(10)

# %%
quiz(11)

# %%
quiz(12)

# %%
quiz(13)

# %%
quiz(14)

# %%
quiz(15)

# %%
quiz(16)

# %%
quiz(17)

# %%
quiz(18)

# %% [markdown]
# How you stand (`progress()` shows it beside the exercises):

# %%
quiz()
