# SPDX-License-Identifier: BSD-3-Clause
"""HTML for notebooks."""
from html import escape


def text_of(value):
    """As people read it: numbers with six digits."""
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, (list, tuple)):
        return ", ".join(map(text_of, value))
    return "" if value is None else str(value)


def table_html(header, rows, caption=""):
    cells = "".join(f"<th style='text-align:left'>{escape(name)}</th>" for name in header)
    lines = "".join("<tr>" + "".join(f"<td style='text-align:left'>{escape(text_of(cell))}</td>" for cell in row) + "</tr>"
                    for row in rows)
    title = f"<caption style='text-align:left'>{escape(caption)}</caption>" if caption else ""
    return f"<table>{title}<thead><tr>{cells}</tr></thead><tbody>{lines}</tbody></table>"


def run_html(row):
    name = f" “{row['name']}”" if row["name"] else ""
    head = f"Run {row['run']}{name}: {row['experiment']}, {row['status']} on {row['device']} in {row['seconds']:.3g} s"
    rows = [("parameter", key, value) for key, value in row["params"].items()]
    rows += [("metric (last)", key, value) for key, value in row["metrics"].items()]
    rows += [("artifact", a["name"], f"{a['kind']}, {a['bytes']} bytes") for a in row["artifacts"]]
    if row.get("error"):
        rows.insert(0, ("error", row["error"], row.get("hint", "")))
    return table_html(("", "name", "value"), rows, head)
