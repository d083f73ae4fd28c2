"""The words on Streamlit's own uploader and camera, which it has in English only, in the page's language."""

from __future__ import annotations

import json

import streamlit as st

from pages.kit.words import t
from tl_core.data.limits import MEGABYTE, UPLOAD

UPLOADER, CAMERA = '[data-testid="stFileUploaderDropzone"]', '[data-testid="stCameraInputButton"]'


def say_in_language() -> None:
    """A style sheet that puts words in the place of words; screen readers hear both."""
    limit = t("gather.upload_limit", most=UPLOAD.upload_bytes // MEGABYTE)
    rules = (
        _instead(f'{UPLOADER} [data-testid="stBaseButton-secondary"] p', t("gather.upload")),
        _instead('[data-testid="stFileUploaderDropzoneInstructions"] span:not(:has(span))', limit),
        _instead(CAMERA, t("gather.shot")),
    )
    st.html(f"<style>{''.join(rules)}</style>")


def _instead(where: str, words: str) -> str:
    said = json.dumps(words, ensure_ascii=False)
    return f"{where}{{font-size:0}}{where}::after{{content:{said};font-size:0.875rem}}"
