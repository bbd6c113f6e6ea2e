from classroom.exercises.vocabulary import *

task = Task.of("""
03-a: Goodbye (repair, 2 minutes)
https://docs.djangoproject.com/en/5.2/topics/db/models/#overriding-predefined-model-methods
== starter
class Farewell:
    def delete(self):
        print(f"Goodbye, {self.first_name}.")
== hints
- Which three things does the original delete() do that this one does not?
- `def delete(self, *args, **kwargs):`, and at its end `return super().delete(*args, **kwargs)`.
== solution
class Farewell:
    def delete(self, *args, **kwargs):
        print(f"Goodbye, {self.first_name}.")
        return super().delete(*args, **kwargs)
== why
It takes what the original takes, calls it, and returns what it returns.
== others
class Farewell:
    def delete(self, using=None, keep_parents=False):
        counts = super().delete(using=using, keep_parents=keep_parents)
        print(f"Goodbye, {self.first_name}.")
        return counts
== mistakes
# a model -> Leave its parents out
class Farewell: => class Farewell(EmployeesWithoutHooks):
    def delete(self, *args, **kwargs): =>     class Meta:
        print(f"Goodbye, {self.first_name}.") =>         proxy, app_label = True, "farewell"
        return super().delete(*args, **kwargs) =>
# does not return -> gave back None
return  =>
# returns words of its own -> Return just what
return super().delete(*args, **kwargs) => super().delete(*args, **kwargs); return True
# takes arguments and drops them -> keep_parents
(*args, **kwargs => (
# takes no arguments -> unexpected keyword argument
def delete(self, *args, **kwargs): => def delete(self):
return super().delete(*args, **kwargs) => return super().delete()
# forgets the stars -> `*args, **kwargs`
(*args, **kwargs) => (args, kwargs)
# goes around the original -> never called
super().delete(*args, **kwargs) => type(self).objects.filter(pk=self.pk).delete()
# deletes nothing -> still stored
        return super().delete(*args, **kwargs) =>
# says it once of each name -> it printed ''

- class Farewell:
+ seen = set()
+ class Farewell:
-         print(f"Goodbye, {self.first_name}.")
+         if self.first_name not in seen:
+             print(f"Goodbye, {self.first_name}.")
+         seen.add(self.first_name)
# the one who was stored last -> it printed 'Goodbye, Zoë.
self.first_name => type(self).objects.last().first_name
# says nothing -> What stands below
-         print(f"Goodbye, {self.first_name}.")
""")


# What delete() is called with, by place and by name.
PASSED = (
    [(), ("default",), (), ()],
    [BOTH := {"using": "default", "keep_parents": True}, {"keep_parents": True}, BOTH, BOTH],
)


@task.judge
def judge(farewell):
    with mixed_into(Employees, farewell, "Leaver", "delete") as leaver:
        people = [*sample_roster()[:2], stranger(), sample_roster()[1]]
        for fields, args, kwargs in zip(people, *PASSED, strict=True):
            EmployeesWithoutHooks.objects.create(**fields)
            idle()
            one = leaver.objects.get(first_name=fields["first_name"])
            others = Employees.objects.exclude(pk=one.pk)
            with redirect_stdout(io.StringIO()) as said, same_rows(others):
                counts = one.delete(*args, **kwargs)
            if Employees.objects.filter(first_name=fields["first_name"]).exists():
                wrong(f"{fields['first_name']} is deleted", "the row is still stored")
            if one.passed_on is None:
                wrong("the row deleted by super().delete()", "that was never called")
            if one.passed_on != (told := arguments_of_delete(args, kwargs)):
                happened = f"of {told} the original got {one.passed_on}"
                wrong("all arguments passed on, by place and by name", happened)
            if not is_just(counts, one.counts):
                expected = f"what the original gives back, {one.counts}"
                own = "" if counts is None else "Return just what `super().delete()` returns."
                wrong(expected, f"delete() gave back {counts!r}", own)
            if said.getvalue().strip() != f"Goodbye, {fields['first_name']}.":
                below = "Is print() called? What stands below a `return` is not run."
                mistake = "" if said.getvalue() else below
                happened = f"it printed {said.getvalue()!r}"
                wrong(f"Goodbye, {fields['first_name']}.", happened, mistake)
