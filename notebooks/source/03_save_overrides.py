# %% [markdown]
# # 03 · save() overrides
#
# **One idea: the model can do it itself.** Saving an object calls its `save()`. Put your code there, and you need no signal.
#
# | the course | lessons |
# |---|---|
# | Here | **03 save() overrides**, 16 minutes, and 12 for the tasks |
# | Next | [04 Custom signals](04_custom_signals.ipynb), then 05 to 07 |
# | Optional | [Rules that the database keeps](deeper/no_hook.ipynb), [fixtures, migrations, the admin](deeper/bulk_fixtures_migrations_admin.ipynb) |
#
# To *override* a method, you write one of the same name in a subclass. Python then calls yours, and `super().save()` in
# it calls the original.
#
# ## In your own model
#
# A question of the polls project gets a `search_text`: its text in lower case, so that a search for `bus` finds *Bus*.

# %%
from django.db import models
from django.db.models.signals import pre_delete

fresh_database()


# %%
# NotebookModel makes the table at once.
# In your project: models.Model, then makemigrations and migrate.
class Question(NotebookModel):
    question_text = models.CharField(max_length=200)
    search_text = models.CharField(max_length=200)

    def __str__(self):
        return self.question_text

    def save(self, *args, **kwargs):
        self.search_text = self.question_text.lower()
        super().save(*args, **kwargs)


# %%
def search(word):
    found = Question.objects.filter(search_text__contains=word)
    print(f"A search for {word} finds:", found)


question = Question.objects.create(question_text="Tea or Coffee?")
search("coffee")

# %% [markdown]
# ## What Django expects of your save()
#
# Readers may write comments. This `save()` thanks them:


# %%
class Comment(NotebookModel):
    text = models.CharField(max_length=200)

    def save(self, *args, **kwargs):
        print("Thank you for your comment.")


predict("03-1")

# %%
first = Comment.objects.create(text="More tea!")
reveal("03-1")
print(f"pk: {first.pk}. Comments stored: {Comment.objects.count()}.")

# %% [markdown]
# Not only you call your `save()`. Django does, too, and expects it to behave like the original. We call this the *contract*:
#
# - **Call `super().save()`.** Otherwise nothing is stored.
# - **Take all arguments, and pass them on.** `create()` calls `save(force_insert=True)`, for example. With `def save(self):` you
#   get a `TypeError`.
# - **In `delete()`, return what `super().delete()` returns.** It says how many rows were deleted.
#
# ### Your turn
#
# This `delete()` breaks the contract. Repair it, so that it still says goodbye. (`Farewell` stands for a model: the
# check adds `models.Model` and a `first_name`.)


# %%
class Farewell:
    def delete(self):
        print(f"Goodbye, {self.first_name}.")


exercise("03-a").check(Farewell)

# %% [markdown]
# ## Is it new?
#
# A receiver of `post_save` gets `created`. In `save()` you look at `self._state.adding`. It is True for an object that
# you made and have not saved yet, so look before `super().save()`. This `save()` thanks only once, and keeps the
# contract:


# %%
class Comment(NotebookModel):  # defined again
    text = models.CharField(max_length=200)

    def save(self, *args, **kwargs):
        is_new = self._state.adding  # Django documents it, despite the underscore
        super().save(*args, **kwargs)
        if is_new:
            print("Thank you for your comment.")


comment = Comment.objects.create(text="More tea!")
comment.save()  # an edit: no thanks

# %% [markdown]
# ## Saving only some fields
#
# The caller may say which fields to save: `save(update_fields=["question_text"])`. Take `question`, the one about tea:

# %%
predict("03-2")

# %%
question.question_text = "Bus or Bike?"
question.save(update_fields=["question_text"])
reveal("03-2")
search("bus")
search("coffee")

# %% [markdown]
# Search for a bus, and you find nothing. Search for coffee, and you find a bus.
#
# If the caller passes no `update_fields`, it is None, and all fields are saved. If it names `question_text`, your
# `save()` has to add `search_text`:


# %%
class Question(NotebookModel):  # defined again, so its table is empty
    question_text = models.CharField(max_length=200)
    search_text = models.CharField(max_length=200)

    def __str__(self):
        return self.question_text

    # update_fields is named, so that we can change it. The rest stays in **kwargs.
    def save(self, *args, update_fields=None, **kwargs):
        self.search_text = self.question_text.lower()
        if update_fields and "question_text" in update_fields:
            # all of them, and one more
            update_fields = [*update_fields, "search_text"]
        super().save(*args, update_fields=update_fields, **kwargs)


# %%
question = Question.objects.create(question_text="Tea or Coffee?")
question.question_text = "Bus or Bike?"
question.save(update_fields=["question_text"])
search("bus")

# %% [markdown]
# ## Many rows at once
#
# Each choice has a picture file, and its `delete()` removes the file as well. (Here the list `files` stands for the
# folder.) You can also call `delete()` on a queryset, to delete all of its rows.

# %%
files = ["bus.png", "bike.png"]


class Choice(NotebookModel):
    question = models.ForeignKey(Question, on_delete=models.CASCADE)
    picture = models.CharField(max_length=200)

    def delete(self, *args, **kwargs):
        files.remove(self.picture)
        return super().delete(*args, **kwargs)


# %%
trip = Question.objects.create(question_text="Bus or Bike?")
for name in "bus.png", "bike.png":
    Choice.objects.create(question=trip, picture=name)
predict("03-3")

# %%
with listening(pre_delete) as heard:
    Choice.objects.all().delete()
reveal("03-3")
print("Files left:", files)
heard

# %% [markdown]
# The rows are gone, but the files are still there.
#
# - *Delete selected* in the admin calls this `delete()` of a queryset.
# - A cascade does not call the `delete()` of your model either.
# - All of them send `pre_delete` and `post_delete` for each row. So remove the file in a receiver of `post_delete`:
#   lesson 07 has it.
#
# ### Your turn
#
# Back to the rota. A shift also has `total_hours`, and a `wage_bonus` of 50, plus 10 for each hour over eight. In this task
# its `save()` is:
#
# ```python
# def save(self, *args, **kwargs):
#     self.wage_bonus = 50 + 10 * (self.total_hours - 8)
#     super().save(*args, **kwargs)
# ```
#
# Write `set_hours(shifts, hours)`. It gets a queryset of shifts, and sets the `total_hours` of each. Make sure that the
# stored bonus is right, too: let this `save()` compute it, for each shift.


# %%
def set_hours(shifts, hours):
    """Set the hours of each of these shifts, and with them the bonus."""


exercise("03-b").check(set_hours)

# %% [markdown]
# ## What to keep
#
# **So far:** code that fills in fields of the same row goes into `save()`. Keep the contract, and think of `update_fields`.
#
# | question | receivers of the model | `save()` and `delete()` of the model |
# |---|---|---|
# | Is it new? | After the write: `created` is True. | Before the write: `self._state.adding` is True. |
# | `bulk_create()`, `update()` | They call no receiver. | They call no `save()`. |
# | `delete()` of a queryset, a cascade | They call the receivers. | They do not call your `delete()`. |
# | a fixture | It calls receivers of `pre_save` and `post_save`, with `raw=True`. | It does not call your `save()`. |
#
# Read on: [Django on overriding model
# methods](https://docs.djangoproject.com/en/5.2/topics/db/models/#overriding-predefined-model-methods).
#
# **Practise:** [exercises for 03](exercises/03_save_overrides.ipynb). **Next:** [04 Custom
# signals](04_custom_signals.ipynb): announce what *you* know.
