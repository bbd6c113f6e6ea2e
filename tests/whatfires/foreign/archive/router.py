class Router:
    def db_for_read(self, model, **hints):
        return "elsewhere" if model.__name__ == "Elsewhere" else None

    db_for_write = db_for_read

    def allow_migrate(self, db, app_label, model_name=None, **hints):
        return (db == "elsewhere") == (model_name == "elsewhere")
