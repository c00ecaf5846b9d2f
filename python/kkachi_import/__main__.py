"""Writes a program file for Kkachi from a DSPy program: its state, and the prompts its adapter makes, as templates.

    python kkachi_import --program package.module:attribute [--state state.json] --out program.json

Runs where DSPy is installed, with no model and no network. The attribute is a dspy.Module, or a class or function that
gives one. Ends with 2 and a sentence, and writes nothing, when the program cannot be brought over.
"""

import argparse
import importlib
import importlib.util
import json
import os
import sys
import tempfile
import traceback


class Refused(Exception):
    """What was wrong with what the user gave, in a sentence."""


def main():
    flags = read_flags()
    try:
        try:
            import dspy
        except ImportError as error:
            raise Refused(
                f"This Python ({sys.executable}) cannot import dspy: {error}. Name one that can: kkachi import --python PATH."
            ) from error
        import warnings

        from field_types import Unsupported
        from freeze import program_file

        warnings.filterwarnings("ignore")
        program = loaded(flags.program, flags.state, dspy)
        try:
            text = json.dumps(program_file(program, flags.program), ensure_ascii=False, allow_nan=False, indent=2) + "\n"
        except Unsupported as error:
            raise Refused(str(error)) from error
        except Exception as error:
            raise Refused(f"{flags.program} failed while its prompts were made: {told(error)}") from error
        write(flags.out, text)
    except Refused as error:
        print(f"kkachi import: {error}", file=sys.stderr)
        return 2
    return 0


def read_flags():
    parser = argparse.ArgumentParser(prog="kkachi_import", description=__doc__.split("\n")[0])
    parser.add_argument("--program", required=True, metavar="MODULE:ATTRIBUTE", help="where the program is")
    parser.add_argument("--state", metavar="FILE", help="what program.save() wrote")
    parser.add_argument("--out", required=True, metavar="FILE", help="where the program file goes")
    return parser.parse_args()


def loaded(name, state, dspy):
    """The program, with the state of a file."""
    made = found(name)
    if not isinstance(made, dspy.Module) and callable(made):
        try:
            made = made()
        except Exception as error:
            raise Refused(f"{name} could not be made: {told(error)}") from error
    if not isinstance(made, dspy.Module):
        raise Refused(f"{name} is of the type {type(made).__name__}. Name a dspy.Module, or a class or function that gives one.")
    if state is not None:
        try:
            made.load(state)
        except OSError as error:
            raise Refused(f"{state} cannot be read: {error.strerror or error}.") from error
        except Exception as error:
            raise Refused(f"{state} does not fit {name}: {told(error)}") from error
    return made


def found(name):
    """What `module:attribute` or `file.py:attribute` names."""
    module, colon, attribute = name.rpartition(":")
    if not colon or not module or not attribute:
        raise Refused(f"Expected --program MODULE:ATTRIBUTE, got '{name}'. Write --program my_package.programs:rag.")
    sys.path.insert(0, os.getcwd())
    try:
        value = from_file(module) if module.endswith(".py") else importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name is not None and (module == error.name or module.startswith(f"{error.name}.")):
            raise Refused(f"There is no module '{module}' to import from {os.getcwd()}. Check --program.") from error
        raise Refused(f"{module} could not be imported: {told(error)}") from error
    except (Exception, SystemExit) as error:
        raise Refused(f"{module} could not be imported: {told(error)}") from error
    for part in attribute.split("."):
        if not hasattr(value, part):
            raise Refused(f"{module} has no '{attribute}'. Check --program.")
        value = getattr(value, part)
    return value


def from_file(path):
    if not os.path.isfile(path):
        raise Refused(f"There is no file {path}. Check --program.")
    spec = importlib.util.spec_from_file_location(os.path.basename(path)[:-3], path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    sys.path.insert(0, os.path.dirname(os.path.abspath(path)))
    spec.loader.exec_module(module)
    return module


def told(error):
    """An error with the line of the user's code that it comes from."""
    ours = os.path.dirname(os.path.abspath(__file__))
    frames = [
        one for one in traceback.extract_tb(error.__traceback__)
        if not os.path.abspath(one.filename).startswith(ours) and "site-packages" not in one.filename and "<frozen" not in one.filename
        and not one.filename.startswith(os.path.dirname(importlib.__file__))
    ]
    where = f" ({os.path.basename(frames[-1].filename)}, line {frames[-1].lineno})" if frames else ""
    text = str(error).strip().split("\n")[0]
    return f"{type(error).__name__}{': ' + text if text else ''}{where}."


def write(path, text):
    """Writes the whole file or nothing."""
    folder = os.path.dirname(os.path.abspath(path))
    try:
        handle, name = tempfile.mkstemp(dir=folder, prefix=".kkachi-")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
            os.chmod(name, 0o644)
            os.replace(name, path)
        except BaseException:
            os.unlink(name)
            raise
    except OSError as error:
        raise Refused(f"{path} cannot be written: {error.strerror or error}.") from error


if __name__ == "__main__":
    sys.exit(main())
