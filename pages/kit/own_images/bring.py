"""The ways in: files, camera, phone, a set that is always there, a folder of the server's operator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from pages.kit.lab_handle import lab
from pages.kit.own_images.choosing import choose_class
from pages.kit.own_images.desk import DESK, choose_album
from pages.kit.own_images.phone import show_phone
from pages.kit.page_state import owner
from pages.kit.words import option_name, t
from tl_core.data.folders import listed_folders
from tl_core.data.limits import IMAGE_ENDINGS, MEGABYTE, UPLOAD

if TYPE_CHECKING:
    from tl_core.lab.albums import Album

WAYS = ("files", "camera", "phone", "ready", "folder")
SHOT = "camera.jpg"  # the browser's own name says when the shot was taken, which is not kept
READY = ("digits", "letters", "objects", "textures")


def show_ways(album: Album | None) -> None:
    """The collection, the way, and what that way needs."""
    choose_album()
    ways = [way for way in WAYS if way != "folder" or listed_folders()]
    way = st.segmented_control(
        t("gather.way.title"),
        ways,
        default=ways[0],
        required=True,
        format_func={way: t(f"gather.way.{way}") for way in ways}.__getitem__,
        key="own.way",
    )
    classes = list(album.classes) if album else []
    {"files": _files, "camera": _camera, "phone": show_phone, "ready": _ready, "folder": _folder}[way](classes)
    st.caption(t("gather.stays"))


def _files(classes: Sequence[str]) -> None:
    """A zip of class folders, or pictures of one class; both together go, too."""
    class_name = choose_class(classes, optional=True)
    files = st.file_uploader(
        t("gather.files"),
        ["zip", *IMAGE_ENDINGS],
        accept_multiple_files=True,
        key=f"own.files.{DESK.round}",
        max_upload_size=UPLOAD.upload_bytes // MEGABYTE,
        help=t("gather.files_help"),
    )
    if _pressed(enabled=bool(files)):
        bring_files([(file.name, file.getvalue()) for file in files], class_name)


def _pressed(enabled: bool = True) -> bool:
    """The button; not before there is somebody to read what comes."""
    waiting = not enabled or not lab().state().ready
    return st.button(t("gather.bring"), type="primary", disabled=waiting, width="stretch", key="own.bring")


def bring_files(contents: Sequence[tuple[str, bytes]], class_name: str | None) -> None:
    """Files by name into the collection, and the page anew."""
    with st.spinner(t("gather.decoding")):
        DESK.bring(lambda album: lab().pictures.bring(album, owner(), contents, class_name))
    st.rerun()


def _camera(classes: Sequence[str]) -> None:
    """One shot at a time, straight into its class."""
    class_name = choose_class(classes, optional=False)
    if class_name is None:
        st.caption(t("gather.camera_first"))
        return
    shot = st.camera_input(t("gather.camera", name=class_name), key=f"own.camera.{DESK.album}.{DESK.round}")
    st.caption(t("gather.camera_https"))
    if shot is not None:
        DESK.round += 1  # also a shot that the lab does not take is gone: it would be brought again and again
        bring_files([(SHOT, shot.getvalue())], class_name)


def _ready(_: Sequence[str]) -> None:
    """Some pictures of a data set that is always there: to try the studio, or as a class «something else»."""
    names = {name: option_name("dataset", name) for name in READY}
    dataset = st.selectbox(t("gather.ready"), READY, format_func=names.__getitem__, key="own.ready")
    per_class = st.slider(t("gather.per_class"), 1, 50, 20, key="own.per_class")
    if _pressed():
        with st.spinner(t("gather.decoding")):
            DESK.bring(lambda album: lab().pictures.bring_ready(album, owner(), dataset, per_class))
        st.rerun()


def _folder(_: Sequence[str]) -> None:
    """What the server's operator lists; only names are known here."""
    folder = st.selectbox(t("gather.folder"), list(listed_folders()), key="own.folder")
    if _pressed():
        with st.spinner(t("gather.decoding")):
            DESK.bring(lambda album: lab().pictures.bring_folder(album, owner(), folder))
        st.rerun()
