"""The catalogue page, generated from the rules themselves: `python -m tests.support.catalogue` writes docs/rules.md."""

from pathlib import Path

from domain.policy import POLICIES
from domain.rules import Rule
from domain.rules.units import UnitRule
from infra.questions.catalogue import EVERY_RULE

PAGE = Path(__file__).parents[2] / "docs" / "rules.md"
SEVERITIES = ("information", "minor", "major", "critical")


def page() -> str:
    head = [
        "# The rule catalogue",
        "",
        "Generated from the values of `domain/rules/` by `python -m tests.support.catalogue`; a test compares the two.",
        'Articles marked "chưa đối chiếu" were not confirmed against the text. "–": the rule has no basis there.',
        "",
    ]
    local = ["## Policies", "", "| policy | place | instrument |", "|---|---|---|"]
    local += [f"| `{p.name}` | {p.vietnamese} | {p.basis} |" for p in POLICIES.values()]
    return "\n".join([*head, *(line for rule in EVERY_RULE for line in _of(rule)), *local, ""])


def _of(rule: Rule | UnitRule) -> list[str]:
    cited = [
        f"| {law} | {'; '.join(f'{b.document} {b.article}' for b in bases) or '–'} |"
        for law, bases in rule.basis.items()
    ]
    return [
        f"## `{rule.versioned}`: {rule.vietnamese}",
        "",
        f"{rule.english}. Severity {rule.severity}, {SEVERITIES[rule.severity]}.",
        "",
        f"* Holds: {rule.trigger}.",
        f"* Answers: {rule.answers}.",
        "",
        "| regulation | basis |",
        "|---|---|",
        *cited,
        "",
    ]


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
