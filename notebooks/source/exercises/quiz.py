# %% [markdown]
# <!--
# Generated from classroom/exercises/questions.py by `manage.py build_notebooks`: edit that instead.
# fmt: off
# ruff: noqa
# -->
#
# # The closing quiz
#
# 18 questions over the whole course, about 18 minutes. Put the letter of your answer in place of the dots, such as `quiz(1, "b")`, and run the cell. Whatever you choose, you read why. Your first answer to each counts; try as many as you like.

# %%
quiz(1, ...)

# %%
quiz(2, ...)

# %%
quiz(3, ...)

# %%
quiz(4, ...)

# %%
quiz(5, ...)

# %%
quiz(6, ...)

# %%
quiz(7, ...)

# %%
quiz(8, ...)

# %%
quiz(9, ...)

# %%
quiz(10, ...)

# %%
quiz(11, ...)

# %%
quiz(12, ...)

# %%
quiz(13, ...)

# %%
quiz(14, ...)

# %%
quiz(15, ...)

# %%
quiz(16, ...)

# %%
quiz(17, ...)

# %%
quiz(18, ...)

# %% [markdown]
# How you stand (`progress()` shows it beside the exercises):

# %%
quiz()
