# %% [markdown]
# <!--
# Generated from classroom/exercises/questions.py by `manage.py build_notebooks`: edit that instead.
# fmt: off
# ruff: noqa
# -->
#
# # The closing quiz
#
# 18 questions over the whole course, about 18 minutes. The last 4 are about notebooks of `deeper/`: guess, or come back to them. Click your answer; in a notebook, run the cell first. Without a mouse, call `quiz(number, letter)` there, as in `quiz(1, "a")`. Whatever you choose, you read the answer and why, and after a wrong choice what to read again. Only your first choice counts. *I'm not sure* counts as a choice, too.

# %% [markdown]
# ## Who is called?

# %%
quiz(1)

# %% [markdown]
# Read this for question 2:
#
# ```python
# def connect_it():
#     def answer(sender, **kwargs):
#         return "here"
#
#     signal.connect(answer)
# ```

# %%
quiz(2)

# %%
quiz(3)

# %%
quiz(4)

# %%
quiz(5)

# %% [markdown]
# Read this for question 6:
#
# ```python
# @receiver(pre_save, sender=Employees)
# def move(sender, instance, **kwargs):
#     instance.address = "elsewhere"
#
#
# ada.save(update_fields=["age"])
# ```

# %%
quiz(6)

# %%
quiz(7)

# %% [markdown]
# ## What is left?

# %%
quiz(8)

# %% [markdown]
# Read this for question 9:
#
# ```python
# with transaction.atomic():
#     with transaction.atomic():
#         ada = Employees.objects.create(**fields)
#         transaction.on_commit(send_letter)
#     raise RuntimeError("the office is closed")
# ```

# %%
quiz(9)

# %% [markdown]
# Read this for question 10:
#
# ```python
# def order_meal(sender, employee, **kwargs):
#     print("A meal for", employee)
#
#
# with transaction.atomic():
#     employee = EmployeesWithoutHooks.objects.create(**fields)
#     employee_hired.send(sender=EmployeesWithoutHooks, person=employee)
# ```

# %%
quiz(10)

# %% [markdown]
# Read this for question 11:
#
# ```python
# with transaction.atomic():
#     try:
#         Employees.objects.create(first_name="Ada", last_name="Quillbrook", age=200)
#     except IntegrityError:
#         print("Ada is refused.")
#     Employees.objects.count()
# ```

# %%
quiz(11)

# %% [markdown]
# ## Where does it belong?

# %%
quiz(12)

# %%
quiz(13)

# %%
quiz(14)

# %% [markdown]
# ## From the optional notebooks
#
# Read this for question 15:
#
# ```python
# for_alan = Shifts.objects.get()  # one request reads the headcount: 2
# for_katherine = Shifts.objects.get()  # the other one reads the same: 2
#
# if for_alan.headcount < 3:
#     for_alan.employees_shift.add(alan)
# if for_katherine.headcount < 3:
#     for_katherine.employees_shift.add(katherine)
# ```

# %%
quiz(15)

# %%
quiz(16)

# %%
quiz(17)

# %%
quiz(18)

# %% [markdown]
# Your result so far (`progress()` shows it beside the exercises):

# %%
quiz()
