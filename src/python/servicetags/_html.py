"""Tables for notebooks."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any, Iterable, Sequence

from ._core import PrefixSet, Rule, Tag

if TYPE_CHECKING:
    from ._core import RuleSet
    from ._types import CheckReport, PortRange, SnapshotDiff, SnapshotInfo


def table(caption: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """An HTML table; every value is escaped."""
    head = "".join(f"<th>{escape(column)}</th>" for column in columns)
    body = "".join("<tr>" + "".join(f"<td>{escape(str(value))}</td>" for value in row) + "</tr>"
                   for row in rows)
    return (f"<table><caption>{escape(caption)}</caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>")


def of_rows(rows: Sequence[Any], most: int = 100) -> str:
    """The first rows of a table of equal things: tags, rules, or named tuples."""
    first = rows[0] if rows else ()
    columns = _COLUMNS.get(type(first), getattr(first, "_fields", ("",)))
    shown = [[_cell(getattr(row, column, row)) for column in columns] for row in rows[:most]]
    kind = type(first).__name__ if rows else "row"
    caption = f"{kind}: {len(rows):,} rows" if rows else "nothing"
    if len(rows) > most:
        caption += f", the first {most}"
    return table(caption, [column.replace("_", " ") for column in columns], shown)


_COLUMNS: dict[type, Sequence[str]] = {
    Tag: ("name", "region", "service", "change_number", "features", "prefixes"),
    Rule: ("direction", "protocol", "ports", "requested", "tag", "prefixes", "status")}


def _cell(value: Any) -> object:
    """What of a value fits into a cell."""
    if isinstance(value, Tag):
        return value.name
    if isinstance(value, Rule):
        return value.requested
    if isinstance(value, PrefixSet):
        return f"{len(value):,} prefixes"
    if isinstance(value, tuple) and not hasattr(value, "_fields"):
        if len(value) <= 6:
            return ", ".join(str(_cell(one)) for one in value)
        return f"{len(value):,}"
    return "" if value is None else value


def _ports(ports: Iterable[PortRange]) -> str:
    return ",".join(map(str, ports))


def of_snapshot(info: SnapshotInfo) -> str:
    """Counts and origin."""
    return table("Azure service tags", ("", ""),
                 [(name.replace("_", " "), value) for name, value in zip(info._fields, info)
                  if name != "warnings"])


def of_rules(rules: RuleSet) -> str:
    """What became of each requirement."""
    return table(f"{rules.profile} {rules.edition}, {rules.region}",
                 ("direction", "protocol", "ports", "requested", "tag", "prefixes", "status"),
                 [(rule.direction, rule.protocol, _ports(rule.ports), rule.requested,
                   rule.tag or "", len(rule), rule.status) for rule in rules])


def of_diff(diff: SnapshotDiff) -> str:
    """Each tag that came, went or changed, and by how many prefixes."""
    rows: list[tuple[object, ...]] = [("added", one.tag, len(one.prefixes), 0)
                                      for one in diff.added]
    rows += [("removed", one.tag, 0, len(one.prefixes)) for one in diff.removed]
    rows += [("changed", one.tag, len(one.added), len(one.removed)) for one in diff.changed]
    return table("What changed", ("", "tag", "prefixes added", "prefixes removed"), rows)


def of_report(report: CheckReport) -> str:
    """Each gap and each entry beyond."""
    rows: list[tuple[object, ...]] = [
        ("missing", f"{gap.rule.direction} {gap.protocol} {_ports(gap.ports)} {gap.rule.tag}",
         len(gap.missing), gap.missing.address_count) for gap in report.gaps]
    rows += [("beyond", f"{one.entry} ({one.where})", len(one.addresses),
              one.addresses.address_count) for one in report.excess]
    return table(f"{report.rules_checked} rules checked", ("", "what", "prefixes", "addresses"),
                 rows)
