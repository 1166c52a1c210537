"""The catalogue as a whole: names, bases, severities, sentences, and its page in the documentation."""

import pytest

from domain.messages import TEMPLATES
from domain.policy import POLICIES, RULESETS, policy
from domain.rules import RULES
from infra.questions.catalogue import EVERY_RULE
from tests.support.catalogue import PAGE, page

ONLY_SINCE_2025 = {"stop_without_notice", "supplement_expired"}


def test_versioned_names_are_unique():
    names = [rule.versioned for rule in EVERY_RULE]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_rule_has_severity_and_a_basis_for_each_regulation(rule):
    assert rule.severity in range(4)
    assert rule.basis["nd118-2025"]
    if rule.name not in ONLY_SINCE_2025:
        assert all(rule.basis[law] for _, law in RULESETS)


def test_every_rule_has_its_sentences_and_no_other_has():
    assert {rule.name for rule in RULES} == set(TEMPLATES)


def test_page_is_what_the_values_say():
    assert PAGE.read_text(encoding="utf-8") == page()


def test_a_policy_is_found_by_either_name():
    assert policy("national") is policy("national/1")
    assert policy("hcm-2016").letter_lead_days == 0
    assert len(POLICIES) == 6
