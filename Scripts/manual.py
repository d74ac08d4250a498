#!/usr/bin/env python3
"""Makes the manual pages: of each command from what the program says of itself, easel-settings(5) from Documentation/Settings.md,
easel.yaml(5) from the comments of systemd/easel.yaml, and those that are written by hand from Documentation/manual.

  Scripts/manual.py EASEL FOLDER    EASEL: the built program; FOLDER gets man1, man5, ...
"""

import datetime
import json
import os
import pathlib
import re
import subprocess
import sys
import textwrap

ROOT = pathlib.Path(__file__).resolve().parent.parent
SEE_ALSO = {"1": ["easel(1)", "easel.yaml(5)", "easel-settings(5)", "easel(7)"]}


def escaped(text):
    """Text that roff prints as it stands."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("`", "\\(ga").replace("^", "\\(ha").replace("~", "\\(ti")
    return "".join(character if ord(character) < 128 else f"\\[u{ord(character):04X}]" for character in text)


def marked(text):
    """One line of Markdown: code and strong text become bold, emphasis italic, links their text."""
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)
    parts = []
    for number, part in enumerate(re.split(r"`([^`]*)`", text)):
        if number % 2:
            parts.append(f"\\fB{escaped(part)}\\fR")
        else:
            part = escaped(part)
            part = re.sub(r"\*\*([^*]+)\*\*", r"\\fB\1\\fR", part)
            parts.append(re.sub(r"\*([^*\s][^*]*)\*", r"\\fI\1\\fR", part))
    return "".join(parts)


def line(text):
    """A line of text that is no request, whatever it begins with."""
    return ("\\&" if text[:1] in (".", "'") else "") + text


def sentences(text):
    """Each sentence in a line of its own, as roff wants it."""
    return [line(part) for part in re.split(r"(?<=[.!?]) +(?=[A-Z\\])", text.strip()) if part]


def header(name, section, title, version):
    epoch = int(os.environ.get("SOURCE_DATE_EPOCH", datetime.datetime.now().timestamp()))
    date = datetime.datetime.fromtimestamp(epoch, datetime.timezone.utc).strftime("%Y-%m-%d")
    return [f'.TH {name.upper().replace("-", chr(92) + "-")} {section} {date} "Easel {version}" "Easel"', ".SH NAME",
            f"{escaped(name)} \\- {escaped(title)}"]


def see_also(pages):
    split = [re.fullmatch(r"(.*)\((\d)\)", page).groups() for page in pages]
    ends = [" ,"] * (len(split) - 1) + [""]
    return [".SH SEE ALSO"] + [f".BR {escaped(name)} ({section}){end}" for (name, section), end in zip(split, ends)]


# Commands.


def value(argument):
    return escaped((argument.get("valueName") or "value").upper())


def names(argument):
    """`-o DIR`, as a person would type it."""
    if argument["kind"] == "positional":
        return f"\\fI{value(argument)}\\fR"
    shown = []
    ordered = sorted(argument["names"], key=lambda name: name["kind"] != "short")
    for name in ordered:
        dashes = "-" if name["kind"] != "long" else "--"
        shown.append(f"\\fB{escaped(dashes + name['name'])}\\fR")
    text = ", ".join(shown)
    return text if argument["kind"] == "flag" else f"{text} \\fI{value(argument)}\\fR"


def synopsis(command, full):
    parts = [f".B {escaped(full)}"]
    options = [argument for argument in displayed(command) if argument["kind"] != "positional"]
    for argument in options:
        name = argument["preferredName"]
        dashes = "-" if name["kind"] != "long" else "--"
        text = f"\\fB{escaped(dashes + name['name'])}\\fR"
        if argument["kind"] == "option":
            text += f" \\fI{value(argument)}\\fR"
        optional = argument["isOptional"]
        dots = " ..." if argument["isRepeating"] else ""
        parts.append(line(f"[{text}]{dots}" if optional else text + dots))
    for argument in displayed(command):
        if argument["kind"] != "positional":
            continue
        text = f"\\fI{value(argument)}\\fR" + (" ..." if argument["isRepeating"] else "")
        parts.append(line(f"[{text}]" if argument["isOptional"] else text))
    if visible(command):
        parts.append("\\fICOMMAND\\fR ...")
    return parts


def displayed(command):
    found = []
    for argument in command.get("arguments", []):
        name = (argument.get("names") or [{}])[0].get("name", "")
        if not argument["shouldDisplay"] or name in ("help", "version", "h"):
            continue
        if found and name.startswith("no-") and argument.get("abstract") == found[-1].get("abstract"):
            # One flag, said both ways; the way that changes something is the one to know.
            found[-1] = found[-1] | {"names": found[-1]["names"] + argument["names"], "preferredName": argument["preferredName"]}
        else:
            found.append(argument)
    return found


def visible(command):
    return [sub for sub in command.get("subcommands", []) if sub.get("shouldDisplay", True) and sub["commandName"] != "help"]


def described(arguments):
    lines = []
    for argument in arguments:
        lines += [".TP", names(argument)]
        text = " ".join(filter(None, [argument.get("abstract"), argument.get("discussion")]))
        lines += [part for part in sentences(marked(text))] or ["\\&"]
        default = argument.get("defaultValue")
        if default and "default" not in text and argument["kind"] != "flag":
            lines.append(f"The default is \\fB{escaped(default)}\\fR.")
    return lines


def options(command):
    lines = []
    arguments = displayed(command)
    positional = [argument for argument in arguments if argument["kind"] == "positional"]
    others = [argument for argument in arguments if argument["kind"] != "positional"]
    if positional:
        lines += [".SH ARGUMENTS"] + described(positional)
    lines += [".SH OPTIONS"] + described(others)
    lines += [".TP", "\\fB\\-h\\fR, \\fB\\-\\-help\\fR", "Show help."]
    return lines


def subsection(command, prefix):
    """A command of a command: `easel cache list`."""
    full = f"{prefix} {command['commandName']}"
    lines = [f".SS {escaped(full)}"] + synopsis(command, full) + [".PP"]
    for text in filter(None, [command.get("abstract"), command.get("discussion")]):
        lines += sentences(marked(text.replace("\n", " ")))
    lines += described(displayed(command))
    for sub in visible(command):
        lines += subsection(sub, full)
    return lines


def command_page(command, prefix, version, root):
    full = f"{prefix} {command['commandName']}".strip()
    name = full.replace(" ", "-")
    abstract = command.get("abstract", "").rstrip(".")
    lines = header(name, "1", abstract[:1].lower() + abstract[1:], version)
    lines += [".SH SYNOPSIS"] + synopsis(command, full)
    text = (command.get("discussion") or command.get("abstract") or "").split("\n\n")
    lines += [".SH DESCRIPTION"]
    for number, paragraph in enumerate(text):
        lines += ([".PP"] if number else []) + sentences(marked(paragraph.replace("\n", " ")))
    subs = visible(command)
    if command is root:
        lines += [".SH COMMANDS"]
        for sub in subs:
            lines += [".TP", f"\\fBeasel\\-{escaped(sub['commandName'])}\\fR(1)"] + sentences(marked(sub.get("abstract", "")))
        lines += [".SH OPTIONS", ".TP", "\\fB\\-h\\fR, \\fB\\-\\-help\\fR", "Show help.",
                  ".TP", "\\fB\\-\\-version\\fR", "Show the version, the commit, the instruction set and the formats that are read."]
        lines += environment() + exit_codes()
    else:
        lines += options(command)
        if subs:
            lines += [".SH COMMANDS"]
            for sub in subs:
                lines += subsection(sub, full)
    others = ["easel(1)"] if command is not root else [f"easel-{sub['commandName']}(1)" for sub in subs]
    pages = [page for page in others + SEE_ALSO["1"] if page != f"{name}(1)"]
    lines += see_also(sorted(set(pages), key=lambda page: (page[-2], page)))
    return name, lines


def environment():
    variables = [
        ("EASEL_INSTRUCTION_SET", "`avx512`, `avx2` or `portable`: computes with this one in place of the best that the processor has."),
        ("EASEL_WEIGHTS", "A folder of network weights to use in place of those that come with Easel."),
        ("EASEL_INOTIFY", "The program that watches folders, in place of `easel-inotify` beside Easel."),
    ]
    lines = [".SH ENVIRONMENT"]
    for name, text in variables:
        lines += [".TP", f".B {name}"] + sentences(marked(text))
    return lines


def exit_codes():
    codes = [("0", "All went well."), ("1", "Something went wrong, and standard error says what."),
             ("64", "The command line is wrong."),
             ("78", "The configuration of a service has a mistake, and starting it again would not help."),
             ("130", "Stopped by Ctrl\\-C; the same command goes on from there.")]
    lines = [".SH EXIT STATUS"]
    for code, text in codes:
        lines += [".TP", f".B {code}", text]
    return lines


# Settings.


def rows(text):
    """The tables of six columns: key, default, range, meaning."""
    cells = [cell.strip() for cell in text.strip().strip("|").split("|")]
    return cells


def setting(cells):
    keys, default, allowed, meaning = cells[:4]
    lines = [".TP", marked(keys)]
    if default:
        lines += sentences(f"Default: {marked(default)}." + (f" Allowed: {marked(allowed)}." if allowed not in ("", "-") else ""))
    text = marked(meaning)
    text = text[:1].upper() + text[1:] if text[:1].isalpha() else text
    return lines + sentences(text + ("" if text.endswith(".") else "."))


def markdown(text):
    """The Markdown that our pages are written in."""
    lines, paragraph, pending = [], [], False
    columns = 0

    def flush():
        nonlocal pending
        if paragraph:
            if pending:
                lines.append(".PP")
            lines.extend(sentences(marked(" ".join(paragraph))))
            pending = True
        paragraph.clear()

    fenced = False
    for raw in text.split("\n"):
        if raw.startswith("```"):
            flush()
            lines.extend([".PP", ".nf", ".RS 4"] if not fenced else [".RE", ".fi"])
            fenced, pending = not fenced, True
        elif fenced:
            lines.append(line(escaped(raw)) if raw else "\\&")
        elif raw.startswith("#"):
            flush()
            title = raw.lstrip("#").strip()
            lines.append((".SH " if raw.startswith("## ") else ".SS ") + escaped(title.upper() if raw.startswith("## ") else title))
            pending, columns = False, 0
        elif raw.startswith("|"):
            flush()
            cells = rows(raw)
            if set(raw) <= set("|- "):
                columns = len(cells)
            elif columns == 6:
                lines.extend(setting(cells))
            elif columns:
                lines.extend([".TP", marked(cells[0])] + sentences(marked("; ".join(filter(None, cells[1:])) + ".")))
            pending = True
        elif raw.startswith("- "):
            flush()
            lines.append(".IP \\(bu 3")
            pending = False
            paragraph.append(raw[2:])
        elif raw.strip() and not raw.startswith("!["):
            paragraph.append(raw.strip())
            columns = 0
        else:
            columns = 0
            flush()
    flush()
    return lines


def settings_page(version):
    text = (ROOT / "Documentation/Settings.md").read_text()
    _, body = text.split("\n", 1)
    intro, rest = body.split("\n## ", 1)
    lines = header("easel-settings", "5", "settings of Easel's jobs", version)
    lines += [".SH DESCRIPTION"] + markdown(intro.split('"Elsewhere"')[0].strip()) + markdown("## " + rest.split("\n## Notes")[0])
    lines += markdown("## Notes" + rest.split("\n## Notes")[1])
    return "easel-settings", "5", lines + see_also(["easel(1)", "easel-paint(1)", "easel.yaml(5)", "easel(7)"])


def configuration_page(version):
    blocks = (ROOT / "systemd/easel.yaml").read_text().strip().split("\n\n")
    lines = header("easel.yaml", "5", "configuration of Easel's daemon", version)
    lines += [".SH SYNOPSIS", ".I /etc/easel/easel.yaml", ".SH DESCRIPTION"]
    first = " ".join(part.lstrip("# ") for part in blocks[0].split("\n"))
    lines += sentences(marked(first)) + [".SH SETTINGS"]
    for block in blocks[1:]:
        comments, entries = [], []
        for part in block.split("\n"):
            if re.match(r"#?[a-z_]+:( |$)", part):
                entries.append(part.lstrip("#"))
            else:
                comments.append(part.lstrip("# "))
        for number, entry in enumerate(entries):
            lines += [".TP" if number == 0 else ".TQ", f"\\fB{escaped(entry)}\\fR"]
        lines += sentences(marked(" ".join(comments)))
    lines += [".SH FILES", ".TP", ".I /etc/easel/easel.yaml", "Read by the service, and again when it is reloaded.",
              ".TP", ".I /usr/share/doc/easel/easel.yaml", "The file as it was delivered."]
    return "easel.yaml", "5", lines + see_also(["easel-settings(5)", "easel-watch(1)", "easel(7)", "systemctl(1)"])


def wrapped(lines):
    """No line of text longer than 79 letters, but in what is shown as it stands."""
    result, verbatim = [], False
    for text in lines:
        verbatim = text == ".nf" or verbatim and text != ".fi"
        if verbatim or text[:1] in (".", "'") or len(text) < 80:
            result.append(text)
        else:
            result += [line(part) for part in textwrap.wrap(text, 79, break_long_words=False, break_on_hyphens=False)]
    return result


def main():
    easel, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    root = json.loads(subprocess.run([easel, "--experimental-dump-help"], check=True, capture_output=True).stdout)["command"]
    version = subprocess.run([easel, "--version"], check=True, capture_output=True, text=True).stdout.split()[0].rstrip(",")
    pages = [(name, "1", lines) for name, lines in
             [command_page(root, "", version, root)] + [command_page(sub, "easel", version, root) for sub in visible(root)]]
    pages += [settings_page(version), configuration_page(version)]
    for written in sorted((ROOT / "Documentation/manual").glob("*.[0-9]")):
        name, section = written.name.rsplit(".", 1)
        head, *body = written.read_text().rstrip("\n").split("\n")
        pages.append((name, section, header(name, section, head.removeprefix('.\\" '), version) + body))
    for name, section, lines in pages:
        path = folder / f"man{section}" / f"{name}.{section}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(wrapped(lines)) + "\n")


main()
