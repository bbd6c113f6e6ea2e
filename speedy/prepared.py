"""Queries that Django builds once, for the few that every hire asks.

Building a query takes longer than running it where an index finds the row: on SQLite, two thirds of
a hire went into building the same three queries again and again. Here each is built at its first
use, with places for its values, and asked again as it stands. Written as any other queryset, it
stays readable, and stays the ORM's. What is private in Django is touched here alone.
See https://docs.djangoproject.com/en/5.2/topics/db/sql/#executing-custom-sql-directly
"""

from django.db import connection
from django.db.models import Value
from django.db.models.sql import UpdateQuery


class Place(Value):
    """A place in a query, with a name, for a value that is given later."""

    def as_sql(self, compiler, connection):
        return "%s", [self]


class Prepared:
    """A query with places for values: `Prepared(build, day=DateField())`.

    `build` is a function that takes the places by name and returns a queryset; `change`, for an
    update, one that returns the new values of its columns. The queries below take the values by the
    same names.
    """

    def __init__(self, build, change=None, **fields):
        self.build, self.change = build, change
        self.places = {name: Place(name, field) for name, field in fields.items()}
        self.compiled = {}

    def first(self, **values):
        """Return the first row as an instance, or None."""
        built = self.built("first", lambda rows: rows[:1].query)
        with connection.cursor() as cursor:
            cursor.execute(built.sql, built.params(values))
            row = cursor.fetchone()
        return built.instance(row) if row else None

    def exists(self, **values):
        """Tell whether there is any row."""
        built = self.built("exists", lambda rows: rows.query.exists())
        with connection.cursor() as cursor:
            cursor.execute(built.sql, built.params(values))
            return cursor.fetchone() is not None

    def update(self, **values):
        """Change the rows."""
        built = self.built("update", self.updating)
        with connection.cursor() as cursor:
            cursor.execute(built.sql, built.params(values))

    def updating(self, rows):
        """The query that QuerySet.update() would run."""
        query = rows.query.chain(UpdateQuery)
        query.add_update_values(self.change(**self.places))
        return query

    def built(self, question, query_of):
        """Return what asks a question, built now if nobody asked it before.

        Databases word it differently, so each has its own.
        """
        key = connection.vendor, question
        if key not in self.compiled:
            self.compiled[key] = Built(query_of(self.build(**self.places)))
        return self.compiled[key]


class Built:
    """A query as SQL for one database, and how its rows are read."""

    def __init__(self, query):
        compiler = query.get_compiler(connection=connection)
        self.model = query.model
        self.sql, self.holes = compiler.as_sql()
        columns = [column for column, _, _ in compiler.select or ()]
        self.names = [column.target.attname for column in columns if hasattr(column, "target")]
        self.converters = compiler.get_converters(columns)

    def params(self, values):
        """Put the values into their places, as the database wants them."""
        return [
            hole.output_field.get_db_prep_value(values[hole.value], connection)
            if isinstance(hole, Place)
            else hole
            for hole in self.holes
        ]

    def instance(self, row):
        """Make an instance of a row: SQLite, say, keeps a decimal as a float."""
        row = list(row)
        for position, (converters, column) in self.converters.items():
            for convert in converters:
                row[position] = convert(row[position], column, connection)
        return self.model.from_db(connection.alias, self.names, row)
