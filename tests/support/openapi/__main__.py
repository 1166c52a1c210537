"""Write the examples, and the document in both languages."""

import json
import tempfile
from pathlib import Path

from infra.http.document.openapi import EXAMPLES
from infra.language import LANGUAGES
from tests.architecture.test_docs import ROOT
from tests.support.openapi import examples, filled, page

with tempfile.TemporaryDirectory() as folder, filled(Path(folder)) as store:
    shown = examples(store)
EXAMPLES.write_text(json.dumps(shown, ensure_ascii=False, indent=1) + "\n", "utf-8")
for lang in LANGUAGES:
    (ROOT / f"docs/openapi.{lang}.json").write_text(page(lang, shown), "utf-8")
