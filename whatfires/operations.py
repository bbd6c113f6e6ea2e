"""Every way in which the ORM is used, as operations that can be tried out on any model.

Each is a generator: what stands before its `yield` prepares, what stands after it is watched.
Nothing here says what an operation fires: `what_fires()` runs it and looks.
See https://docs.djangoproject.com/en/5.2/ref/models/querysets/
"""

from dataclasses import dataclass
from itertools import count
from typing import NamedTuple

from asgiref.sync import async_to_sync
from django.contrib import admin
from django.core import serializers
from django.db import IntegrityError, connection, models, transaction
from django.db.migrations.loader import MigrationLoader

from whatfires.samples import field_to_edit, sample_fields, sample_value


class Stage:
    """The model that is watched, and the relatives of it that an operation may need.

    `make`, where it is given, takes a number and returns an unsaved instance.
    """

    def __init__(self, model, make=None):
        self.model, self.make = model, make
        self.numbers = count(1)

    # Rows

    def fields(self, model=None):
        """What `create()` needs for one more row of a model, the watched one by default."""
        model = model or self.model
        if self.make and issubclass(model, self.model):
            made = self.make(next(self.numbers))
            return {
                field.attname: getattr(made, field.attname)
                for field in made._meta.concrete_fields
                if not field.primary_key
            }
        return sample_fields(model, next(self.numbers))

    def new(self, model=None):
        """One more row, not stored yet."""
        return (model or self.model)(**self.fields(model))

    def stored(self, model=None):
        """One more row, stored."""
        return (model or self.model)._default_manager.create(**self.fields(model))

    @property
    def rows(self):
        return self.model._default_manager.all()

    # Words

    def name(self, operation):
        """Write out an operation's name with the names of this model and its relatives."""
        relative = getattr(self, operation.needs) if operation.needs else None
        words = {"Model": self.model.__name__, "model": self.model.__name__.lower()}
        if isinstance(relative, Links):
            field, back = relative.field, relative.field.remote_field.get_accessor_name()
            other = field.model if relative.backwards else field.related_model
            here, there = (back, field.name) if relative.backwards else (field.name, back)
            words |= {"links": here, "back": there, "other": other.__name__.lower()}
            words["Link"] = through(relative).__name__
        elif isinstance(relative, models.ForeignKey):
            words["owner"] = relative.related_model.__name__.lower()
            words["rows"] = relative.remote_field.get_accessor_name()
        elif relative is not None:
            words |= dict.fromkeys(["Proxy", "Child", "Abstract"], relative.__name__)
        return operation.name.format_map(words)

    # An edit

    @property
    def field(self):
        return field_to_edit(self.model)

    def change(self):
        """A value for one field, as keyword arguments."""
        return {self.field.name: sample_value(self.field, next(self.numbers))}

    def edit(self, instance):
        for name, value in self.change().items():
            setattr(instance, name, value)
        return instance

    # Relatives. None where the model has none: operations that need one are left out.

    @property
    def proxy(self):
        return next((it for it in self.model.__subclasses__() if it._meta.proxy), None)

    @property
    def child(self):
        """A model that extends this one by a table of its own."""
        return next((it for it in self.model.__subclasses__() if not it._meta.proxy), None)

    @property
    def abstract(self):
        return next((it for it in self.model.__mro__[1:] if is_abstract(it)), None)

    @property
    def cascade(self):
        """A foreign key of the model by which it goes when what it points to goes."""
        return self.foreign_key(models.CASCADE)

    @property
    def set_null(self):
        """A foreign key of the model that is emptied when what it points to goes."""
        return self.foreign_key(models.SET_NULL)

    @property
    def nullable(self):
        """A foreign key of the model that may be empty, so that its manager can take rows out."""
        return next((it for it in self.foreign_keys() if it.null), None)

    @property
    def automatic(self):
        """A many-to-many whose table Django made up."""
        return next((it for it in self.many_to_many() if through(it)._meta.auto_created), None)

    @property
    def explicit(self):
        """A many-to-many with a model of its own for the links."""
        return next((it for it in self.many_to_many() if not through(it)._meta.auto_created), None)

    @property
    def automatic_links(self):
        return through(self.automatic)

    @property
    def explicit_links(self):
        return through(self.explicit)

    @property
    def history(self):
        """The model as a migration sees it; None for an app without migrations."""
        label = self.model._meta.app_label
        loader = MigrationLoader(connection)
        if label not in loader.migrated_apps:
            return None
        return loader.project_state().apps.get_model(label, self.model.__name__)

    def foreign_keys(self):
        """The foreign keys to other models that those know of."""
        return [
            it
            for it in self.model._meta.concrete_fields
            if it.many_to_one and it.related_model is not self.model and not it.remote_field.hidden
        ]

    def foreign_key(self, on_delete):
        keys = self.foreign_keys()
        return next((it for it in keys if it.remote_field.on_delete is on_delete), None)

    def many_to_many(self):
        """The many-to-many fields of the model, and those of others that lead to it."""
        ours = list(self.model._meta.many_to_many)
        others = [
            it.field for it in self.model._meta.related_objects
            if it.many_to_many and not it.hidden
        ]  # fmt: skip
        return [Links(field, field.model is not self.model) for field in ours + others]


class Links(NamedTuple):
    """A many-to-many field, and whether it belongs to the other model."""

    field: models.ManyToManyField
    backwards: bool


def through(links):
    return links.field.remote_field.through


def is_abstract(base):
    return isinstance(base, models.base.ModelBase) and base is not models.Model and (
        base._meta.abstract
    )  # fmt: skip


@dataclass(frozen=True)
class Operation:
    """Something that people do: its group, its name as code, and who is watched meanwhile.

    `watched` and `needs` name attributes of the Stage. `surprise` is a sentence on what most
    people would not expect.
    """

    group: str
    name: str
    run: object
    watched: str
    needs: str
    surprise: str


OPERATIONS = []


def operation(group, name, *, needs="", watched="model", surprise=""):
    """Add a generator function to the operations."""

    def register(function):
        OPERATIONS.append(Operation(group, name, function, watched, needs, surprise))
        return function

    return register


ONE = "one row"


@operation(ONE, "{Model}(...)")
def build(s):
    fields = s.fields()
    yield
    s.model(**fields)


@operation(ONE, "{Model}.objects.create(...)")
def create(s):
    fields = s.fields()
    yield
    s.model._default_manager.create(**fields)


@operation(ONE, "{model}.save(), a new one")
def save_new(s):
    row = s.new()
    yield
    row.save()


@operation(ONE, "{model}.save(), a stored one")
def save_stored(s):
    row = s.edit(s.stored())
    yield
    row.save()


@operation(ONE, "{model}.save(update_fields=[...])")
def save_update_fields(s):
    row = s.edit(s.stored())
    yield
    row.save(update_fields=[s.field.name])


@operation(
    ONE,
    "{model}.save(update_fields=[])",
    surprise="An empty list of fields ends save() before its first signal: nobody hears anything.",
)
def save_no_fields(s):
    row = s.edit(s.stored())
    yield
    row.save(update_fields=[])


@operation(
    ONE,
    "{model}.save(), refused by the database",
    surprise="pre_save has been sent when the database refuses the row; post_save never comes.",
)
def save_refused(s):
    row = s.new()
    row.pk = s.stored().pk
    yield
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        pass


@operation(ONE, "{Model}.objects.get_or_create(...), creates")
def get_or_create_creates(s):
    fields = s.fields()
    yield
    s.model._default_manager.get_or_create(pk=next(s.numbers) + 10_000, defaults=fields)


@operation(ONE, "{Model}.objects.get_or_create(...), finds")
def get_or_create_finds(s):
    row = s.stored()
    yield
    s.model._default_manager.get_or_create(pk=row.pk)


@operation(ONE, "{Model}.objects.update_or_create(...), creates")
def update_or_create_creates(s):
    fields = s.fields()
    yield
    s.model._default_manager.update_or_create(pk=next(s.numbers) + 10_000, defaults=fields)


@operation(
    ONE,
    "{Model}.objects.update_or_create(...), updates",
    surprise="It passes update_fields: a receiver that looks only for whole saves misses it.",
)
def update_or_create_updates(s):
    row, change = s.stored(), s.change()
    yield
    s.model._default_manager.update_or_create(pk=row.pk, defaults=change)


@operation(ONE, "{model}.delete()")
def delete(s):
    row = s.stored()
    yield
    row.delete()


READING = "reading"


@operation(
    READING,
    "{Model}.objects.get(...)",
    surprise="Reading a row sends pre_init and post_init: a receiver of them runs for every row.",
)
def get(s):
    row = s.stored()
    yield
    s.model._default_manager.get(pk=row.pk)


@operation(READING, "list(queryset), 2 rows")
def read_two(s):
    s.stored(), s.stored()
    yield
    list(s.rows[:2])


@operation(READING, "queryset.values(), count(), exists()")
def read_values(s):
    s.stored()
    yield
    list(s.rows.values()), s.rows.count(), s.rows.exists()


@operation(
    READING,
    "{model}.refresh_from_db()",
    surprise="It makes a second instance to read into, so the init signals are sent; no save is.",
)
def refresh(s):
    row = s.stored()
    yield
    row.refresh_from_db()


@operation(READING, "{Model}.objects.raw(SELECT ...)")
def raw_select(s):
    s.stored()
    yield
    list(s.model._default_manager.raw(f"SELECT * FROM {table_of(s.model)}"))


MANY = "many rows at once"
BULK = "Written in bulk: no save(), and no signal for any of the rows."


@operation(MANY, "bulk_create(), 2 rows", surprise=BULK)
def bulk_create(s):
    rows = [s.new(), s.new()]
    yield
    s.model._default_manager.bulk_create(rows)


@operation(MANY, "bulk_create(ignore_conflicts=True)")
def bulk_create_ignoring(s):
    rows = [s.new(), s.new()]
    yield
    s.model._default_manager.bulk_create(rows, ignore_conflicts=True)


@operation(MANY, "bulk_create(update_conflicts=True)")
def bulk_create_updating(s):
    rows = [s.edit(s.stored()), s.edit(s.stored())]
    yield
    s.model._default_manager.bulk_create(
        rows, update_conflicts=True, update_fields=[s.field.name], unique_fields=["pk"]
    )


@operation(
    MANY, "bulk_update(), 2 rows", surprise="An edit of many rows at once is as silent as update()."
)
def bulk_update(s):
    rows = [s.edit(s.stored()), s.edit(s.stored())]
    yield
    s.model._default_manager.bulk_update(rows, [s.field.name])


@operation(
    MANY,
    "queryset.update(...), 2 rows",
    surprise="One UPDATE in SQL: no instance, no save(), no signal.",
)
def update(s):
    s.stored(), s.stored()
    yield
    s.rows.update(**s.change())


@operation(
    MANY,
    "queryset.delete(), 2 rows",
    surprise="It skips delete(), yet pre_delete and post_delete are sent, row by row.",
)
def queryset_delete(s):
    s.stored(), s.stored()
    yield
    s.rows.delete()


SQL = "raw SQL"


@operation(SQL, "cursor.execute(UPDATE ...)")
def raw_update(s):
    row = s.edit(s.stored())
    column, pk = quoted(s.field.column), quoted(s.model._meta.pk.column)
    value = s.field.get_db_prep_save(s.field.value_from_object(row), connection)
    yield
    with connection.cursor() as cursor:
        sql = f"UPDATE {table_of(s.model)} SET {column} = %s WHERE {pk} = %s"
        cursor.execute(sql, [value, row.pk])


@operation(SQL, "cursor.execute(INSERT ...)")
def raw_insert(s):
    row = s.stored()
    fields = s.model._meta.local_concrete_fields
    values = [field.get_db_prep_save(field.value_from_object(row), connection) for field in fields]
    s.model._base_manager.filter(pk=row.pk)._raw_delete(using=connection.alias)
    columns = ", ".join(quoted(field.column) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table_of(s.model)} ({columns}) VALUES ({places})", values)


def table_of(model):
    return quoted(model._meta.db_table)


def quoted(name):
    return connection.ops.quote_name(name)


KEYS = "foreign keys"


def owner_of(s, field, *rows):
    """Store what a foreign key points to, and let these rows point to it."""
    owner = s.stored(field.related_model)
    for row in rows:
        setattr(row, field.name, owner)
        row.save()
    return owner


def manager_of(s, field, *rows):
    """The manager on the other side of a foreign key: `team.people`."""
    return getattr(owner_of(s, field, *rows), field.remote_field.get_accessor_name())


@operation(
    KEYS,
    "{owner}.delete() with 2 rows, CASCADE",
    needs="cascade",
    surprise="The rows that go along send their delete signals; their delete() is not called.",
)
def cascade(s):
    owner = owner_of(s, s.cascade, s.stored(), s.stored())
    yield
    owner.delete()


@operation(
    KEYS,
    "{owner}.delete() with 2 rows, SET_NULL",
    needs="set_null",
    surprise="The rows that lose their owner are edited by one UPDATE, and nobody is told.",
)
def set_null(s):
    owner = owner_of(s, s.set_null, s.stored(), s.stored())
    yield
    owner.delete()


@operation(KEYS, "{owner}.{rows}.create(...)", needs="nullable")
def key_create(s):
    manager, fields = manager_of(s, s.nullable), s.fields()
    yield
    manager.create(**fields)


@operation(
    KEYS,
    "{owner}.{rows}.add(row)",
    needs="nullable",
    surprise="The row is edited by an UPDATE, and no save signal is sent.",
)
def key_add(s):
    manager, row = manager_of(s, s.nullable), s.stored()
    yield
    manager.add(row)


@operation(KEYS, "{owner}.{rows}.add(row, bulk=False)", needs="nullable")
def key_add_one_by_one(s):
    manager, row = manager_of(s, s.nullable), s.stored()
    yield
    manager.add(row, bulk=False)


@operation(
    KEYS,
    "{owner}.{rows}.remove(row)",
    needs="nullable",
    surprise="By an UPDATE as well: the row loses its owner, and nobody is told.",
)
def key_remove(s):
    row = s.stored()
    manager = manager_of(s, s.nullable, row)
    yield
    manager.remove(row)


@operation(KEYS, "{owner}.{rows}.remove(row, bulk=False)", needs="nullable")
def key_remove_one_by_one(s):
    row = s.stored()
    manager = manager_of(s, s.nullable, row)
    yield
    manager.remove(row, bulk=False)


@operation(KEYS, "{owner}.{rows}.set([row])", needs="nullable")
def key_set(s):
    manager, row = manager_of(s, s.nullable, s.stored()), s.stored()
    yield
    manager.set([row])


@operation(KEYS, "{owner}.{rows}.clear()", needs="nullable")
def key_clear(s):
    manager = manager_of(s, s.nullable, s.stored())
    yield
    manager.clear()


@operation(KEYS, "{owner}.{rows}.clear(bulk=False)", needs="nullable")
def key_clear_one_by_one(s):
    manager = manager_of(s, s.nullable, s.stored())
    yield
    manager.clear(bulk=False)


class Linked:
    """Rows of the watched model and of the one it is linked to, and the managers between them."""

    def __init__(self, s, kind):
        self.s, self.links = s, getattr(s, kind)
        field = self.links.field
        self.near = s.stored()
        self.far_model = field.model if self.links.backwards else field.related_model
        self.far = [s.stored(self.far_model), s.stored(self.far_model)]
        self.rows = self.manager(self.near, self.links.backwards)
        self.back = self.manager(self.far[0], not self.links.backwards)
        self.rows.clear()  # receivers of the learner's own may have linked them already

    def manager(self, row, backwards):
        field = self.links.field
        name = field.remote_field.get_accessor_name() if backwards else field.name
        return getattr(row, name)

    def new_link(self):
        """A link between the two, made by hand and not stored."""
        field = self.links.field
        near, far = field.m2m_field_name(), field.m2m_reverse_field_name()
        if self.links.backwards:
            near, far = far, near
        return through(self.links)(**{near: self.near, far: self.far[0]})


def links(kind, group, **surprises):
    """Add the operations on a many-to-many of one kind, with the surprises that it holds."""
    add = {"watched": f"{kind}_links", "needs": kind}

    def many(name, key):
        return operation(group, name, surprise=surprises.get(key, ""), **add)

    @many("{model}.{links}.add(a, b)", "add")
    def add_two(s):
        linked = Linked(s, kind)
        yield
        linked.rows.add(*linked.far)

    @many("{model}.{links}.add(a) again", "again")
    def add_again(s):
        linked = Linked(s, kind)
        linked.rows.add(linked.far[0])
        yield
        linked.rows.add(linked.far[0])

    @many("{model}.{links}.remove(a)", "remove")
    def remove(s):
        linked = Linked(s, kind)
        linked.rows.add(*linked.far)
        yield
        linked.rows.remove(linked.far[0])

    @many("{model}.{links}.set([b]) instead of a", "set")
    def set_other(s):
        linked = Linked(s, kind)
        linked.rows.add(linked.far[0])
        yield
        linked.rows.set([linked.far[1]])

    @many("{model}.{links}.clear()", "clear")
    def clear(s):
        linked = Linked(s, kind)
        linked.rows.add(*linked.far)
        yield
        linked.rows.clear()

    @many("{model}.{links}.create(...)", "create")
    def create_linked(s):
        linked = Linked(s, kind)
        fields = s.fields(linked.far_model)
        yield
        linked.rows.create(**fields)

    @many("{other}.{back}.add({model})", "back")
    def add_back(s):
        linked = Linked(s, kind)
        yield
        linked.back.add(linked.near)

    @many("{other}.{back}.remove({model})", "back_remove")
    def remove_back(s):
        linked = Linked(s, kind)
        linked.back.add(linked.near)
        yield
        linked.back.remove(linked.near)

    @many("{other}.{back}.clear()", "back_clear")
    def clear_back(s):
        linked = Linked(s, kind)
        linked.back.add(linked.near)
        yield
        linked.back.clear()

    if kind == "automatic":

        @many("loading a fixture with {links}", "fixture")
        def fixture_of_links(s):
            linked = Linked(s, kind)
            linked.rows.add(*linked.far)
            owner = linked.far[0] if linked.links.backwards else linked.near
            dump = serializers.serialize("json", [owner])
            (linked.back if linked.links.backwards else linked.rows).clear()
            yield
            for loaded in serializers.deserialize("json", dump):
                loaded.save()

    @many("{other}.delete() while linked", "delete")
    def delete_linked(s):
        linked = Linked(s, kind)
        linked.rows.add(*linked.far)
        yield
        linked.far[0].delete()

    @many("{Link}(...).save() by hand", "save")
    def link_by_hand(s):
        link = Linked(s, kind).new_link()
        yield
        link.save()

    @many("{Link}: delete() by hand", "unlink")
    def unlink_by_hand(s):
        link = Linked(s, kind).new_link()
        link.save()
        yield
        link.delete()

    @many("{Link}.objects.bulk_create(), 1 row", "bulk")
    def bulk_links(s):
        linked = Linked(s, kind)
        link = linked.new_link()
        yield
        type(link)._default_manager.bulk_create([link])


links(
    "automatic",
    "many-to-many, automatic table",
    add="m2m_changed comes twice, before and after, for all rows together.",
    again="m2m_changed is sent although nothing changes; its pk_set is empty.",
    fixture="m2m_changed is sent as by hand; only Django 6.1 says raw=True along with it.",
    delete="The links go with the row, and m2m_changed is not sent.",
    save="The automatic table's own class sends no save signals.",
    unlink="The automatic table's own class sends no delete signals.",
)
links(
    "explicit",
    "many-to-many, explicit table",
    add="The links are written in bulk: m2m_changed, and no save signal for any of them.",
    remove="Unlike add(), it sends the links' own delete signals, and m2m_changed as well.",
    delete="The links send their delete signals; m2m_changed is not sent.",
    save="A link made by hand sends its save signals; m2m_changed is not sent.",
    unlink="A link deleted by hand sends its delete signals; m2m_changed is not sent.",
)


INHERITANCE = "inheritance"


@operation(
    INHERITANCE,
    "{Proxy}.objects.create(...)",
    needs="proxy",
    surprise="The sender is the proxy: receivers connected to its parent hear nothing.",
)
def proxy_create(s):
    fields = s.fields(s.proxy)
    yield
    s.proxy._default_manager.create(**fields)


@operation(INHERITANCE, "{Proxy}: delete()", needs="proxy")
def proxy_delete(s):
    row = s.stored(s.proxy)
    yield
    row.delete()


@operation(
    INHERITANCE,
    "{Child}.objects.create(...)",
    needs="child",
    surprise="It writes a row of the parent too, and nobody connected to the parent hears of it.",
)
def child_create(s):
    fields = s.fields(s.child)
    yield
    s.child._default_manager.create(**fields)


@operation(
    INHERITANCE,
    "{Child}: delete()",
    needs="child",
    surprise="Here both are told: the delete signals come from the child and from the parent.",
)
def child_delete(s):
    row = s.stored(s.child)
    yield
    row.delete()


@operation(INHERITANCE, "{model}.delete() of a {Child}", needs="child")
def parent_delete(s):
    row = s.stored(s.child)
    parent = s.model._default_manager.get(pk=row.pk)
    yield
    parent.delete()


@operation(
    INHERITANCE,
    "{Model}.objects.create(...), heard by {Abstract}",
    needs="abstract",
    watched="abstract",
    surprise="An abstract class never sends: connect to each model, or to no sender at all.",
)
def abstract_create(s):
    fields = s.fields()
    yield
    s.model._default_manager.create(**fields)


ASYNC = "async"


def wait_for(function, *args, **kwargs):
    """Await what an async method of the ORM gives, from code that is not async."""

    async def wait():
        return await function(*args, **kwargs)

    return async_to_sync(wait)()


@operation(ASYNC, "await {Model}.objects.acreate(...)")
def acreate(s):
    fields = s.fields()
    yield
    wait_for(s.model._default_manager.acreate, **fields)


@operation(ASYNC, "await {model}.asave()")
def asave(s):
    row = s.edit(s.stored())
    yield
    wait_for(row.asave)


@operation(ASYNC, "await {model}.adelete()")
def adelete(s):
    row = s.stored()
    yield
    wait_for(row.adelete)


@operation(ASYNC, "await queryset.aupdate(...)")
def aupdate(s):
    s.stored()
    yield
    wait_for(s.rows.aupdate, **s.change())


@operation(ASYNC, "await abulk_create(), 2 rows")
def abulk_create(s):
    rows = [s.new(), s.new()]
    yield
    wait_for(s.model._default_manager.abulk_create, rows)


@operation(ASYNC, "await queryset.adelete(), 2 rows")
def queryset_adelete(s):
    s.stored(), s.stored()
    yield
    wait_for(s.rows.adelete)


ELSEWHERE = "fixtures, migrations, admin"


@operation(
    ELSEWHERE,
    "loading a fixture",
    surprise="Save signals with raw=True and without save(): a receiver that writes must look.",
)
def fixture(s):
    row = s.stored()
    dump = serializers.serialize("json", [row])
    row.delete()
    yield
    for loaded in serializers.deserialize("json", dump):
        loaded.save()


@operation(
    ELSEWHERE,
    "{Model}.objects.create(...) in a migration",
    needs="history",
    surprise="A migration's model is another class: only receivers without a sender hear it.",
)
def migration_create(s):
    history, fields = s.history, plain_values(s.new())
    yield
    history._default_manager.create(**fields)


@operation(ELSEWHERE, "{model}.delete() in a migration", needs="history")
def migration_delete(s):
    row = s.history._default_manager.get(pk=s.stored().pk)
    yield
    row.delete()


def plain_values(row):
    """The values of a row by column, for a class that does not know the others' classes."""
    fields = row._meta.concrete_fields
    return {it.attname: getattr(row, it.attname) for it in fields if not it.primary_key}


def admin_of(model):
    """The model's own page in the admin, or a plain one."""
    return admin.site._registry.get(model) or admin.ModelAdmin(model, admin.site)


@operation(ELSEWHERE, "admin: Save")
def admin_save(s):
    page, row = admin_of(s.model), s.new()
    yield
    page.save_model(None, row, None, change=False)


@operation(
    ELSEWHERE,
    "admin: Delete selected, 2 rows",
    surprise="The action deletes by queryset: the signals are sent, and no delete() is called.",
)
def admin_delete_selected(s):
    s.stored(), s.stored()
    page = admin_of(s.model)
    yield
    page.delete_queryset(None, s.rows)


@operation(ELSEWHERE, "admin: Delete one")
def admin_delete(s):
    page, row = admin_of(s.model), s.stored()
    yield
    page.delete_model(None, row)
