"""Queries that Django builds once, for the few that every hire asks.

Building a query takes longer than running it where an index finds the row: on SQLite, half of
a hire went into building the same two queries again and again. Here each is built at its first use,
with places for its values, and asked again as it stands. Written as any other queryset, it stays
readable, and stays the ORM's.
See https://docs.djangoproject.com/en/5.2/topics/db/sql/#performing-raw-queries
"""

from django.db import connection
from django.db.models import Value


class Place(Value):
    """A place in a query, with a name, for a value that is given later."""

    def as_sql(self, compiler, connection):
        return "%s", [self]


class Prepared:
    """A query with places for values: `Prepared(build, day=DateField())`.

    `build` is a function that takes the places by name and returns a queryset. The queries below
    take the values by the same names.
    """

    def __init__(self, build, **fields):
        self.build = build
        self.places = {name: Place(name, field) for name, field in fields.items()}
        self.built = {}

    def first(self, **values):
        """Return the first row as an instance, or None."""
        sql, params = self.sql("first", lambda rows: rows[:1].query)
        rows = self.model.objects.raw(sql, self.filled(params, values))
        return next(iter(rows), None)

    def exists(self, **values):
        """Tell whether there is any row."""
        sql, params = self.sql("exists", lambda rows: rows.query.exists())
        with connection.cursor() as cursor:
            cursor.execute(sql, self.filled(params, values))
            return cursor.fetchone() is not None

    def sql(self, question, query_of):
        """Return the statement that asks a question, built now if it was never asked before.

        Databases word it differently, so each has its own.
        """
        key = connection.vendor, question
        if key not in self.built:
            rows = self.build(**self.places)
            self.model = rows.model
            self.built[key] = query_of(rows).get_compiler(connection=connection).as_sql()
        return self.built[key]

    def filled(self, params, values):
        """Put the values into their places, as the database wants them."""
        return [
            param.output_field.get_db_prep_value(values[param.value], connection)
            if isinstance(param, Place)
            else param
            for param in params
        ]
