"""What becomes of the page that Allure renders: it asks no other host for anything, and its links lead somewhere."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

_SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script\s*>", re.DOTALL | re.IGNORECASE)
_REMOTE = re.compile(r"""\bsrc\s*=\s*["']?\s*(?:https?:)?//""", re.IGNORECASE)
_POLICY = (
    '<meta http-equiv="Content-Security-Policy" content="'
    "default-src data: blob: 'unsafe-inline' 'unsafe-eval'; form-action 'none'\">"
)
_BESIDE = re.compile(r"(?![a-z][a-z0-9+.-]*:|/)", re.IGNORECASE)
"""What the address of a file in the same folder begins with: no scheme, no host, no root."""

# Allure's own text stays where it is, inside the link: when another result is opened, Allure changes it there.
_LINKING = """<script>
(() => {
  const places = new Map(Object.entries(%s));
  const link = (text) => {
    const place = places.get(text.textContent.trim());
    let made = text.querySelector('a');
    if (text.tagName === 'A' || (place === undefined && !made)) return;
    if (!made) {
      made = document.createElement('a');
      made.target = '_blank';
      made.rel = 'noopener noreferrer';
      made.style.color = 'inherit';
      made.append(...text.childNodes);
      text.append(made);
    }
    if (place === undefined) made.removeAttribute('href');
    else if (made.getAttribute('href') !== place) made.href = place;
  };
  const all = () => document.querySelectorAll('[data-testid="test-result-meta-link"] > :last-child').forEach(link);
  new MutationObserver(all).observe(document, {childList: true, characterData: true, subtree: true});
})();
</script>"""


def finished(page: str, results: Path) -> str:
    """Allure's page as we leave it.

    Args:
        page: as Allure has rendered it.
        results: the folder that it was rendered from.
    """
    return _into_head(without_tracker(page), _linking(dict(_links(results))))


def without_tracker(page: str) -> str:
    """Allure's page without the scripts that tell a third party who reads it, and with a policy against others.

    Allure 3 has no setting for that. The policy lets a browser load what is in the file and nothing else.
    """
    cleaned = _SCRIPT.sub(lambda match: "" if _tracks(match[1], match[2]) else match[0], page)
    return _into_head(cleaned, _POLICY)


def _tracks(attributes: str, body: str) -> bool:
    return bool(_REMOTE.search(attributes)) or ("dataLayer" in body and "gtag(" in body)


def _into_head(page: str, addition: str) -> str:
    return re.sub(r"<head\b[^>]*>", lambda match: match[0] + addition, page, count=1, flags=re.IGNORECASE)


def _links(results: Path) -> Iterator[tuple[str, str]]:
    """The links of all results to files beside the page: what they say, and where they lead."""
    for file in sorted(results.glob("*-result.json")):
        for link in json.loads(file.read_text(encoding="utf-8")).get("links", ()):
            if _BESIDE.match(link["url"]):
                yield link["name"], link["url"]


def _linking(places: Mapping[str, str]) -> str:
    """A script that makes links of them: Allure 3 shows as text what does not begin with the name of a protocol."""
    spelled = json.dumps(places, sort_keys=True)
    return _LINKING % spelled.replace("&", r"\u0026").replace("<", r"\u003c") if places else ""
