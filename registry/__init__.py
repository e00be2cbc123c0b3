"""The 三同 registry.

Dependencies point one way, and import-linter fails the build when they do not::

    app                builds and wires; the only module that sees every layer
     └─ web | cli      HTTP and command line: parse, call one service, render
         └─ services   use cases: guard, change, record, notify
             └─ models           SQLAlchemy tables, one aggregate per file
                 └─ domain           plain rules: no framework, no database
                     └─ config           settings from the environment

`infrastructure` (adapters to the outside) stands beside `models`, above `domain`.
"""
