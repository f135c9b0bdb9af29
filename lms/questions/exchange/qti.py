"""QTI 2.1, 2.2 and 3.0: single items as XML, and packages (zip with imsmanifest.xml)."""

import posixpath
import re
from collections import Counter
from collections.abc import Set

from lms.questions.exchange import attachments, qti_item, xml_tree, zips
from lms.questions.exchange.drafted import Reading, TooMany, Unusable
from lms.questions.exchange.qti_readings import Readings
from lms.questions.exchange.xml_tree import Node
from lms.questions.said import say

MEDIA = ("png", "jpg", "jpeg", "gif", "webp", "mp3", "aac", "m4a", "mp4", "ogg", "oga", "opus", "wav")
MANIFEST = "imsmanifest.xml"
#: The first element of an item, and how far into a file it is looked for.
_ITEM, _HEAD = re.compile(rb"<(?:\w+:)?(?:assessmentItem|qti-assessment-item)[\s>]"), 4_000


def read(data: bytes, found: Reading) -> None:
    """All questions of an item or a package. Raises Unusable when it is neither."""
    try:
        if data.startswith(b"PK"):
            _read_package(zips.read(data, extensions={"xml", *MEDIA}), found)
        else:
            _read_item(xml_tree.parse(data, found), "", found, Readings({}))
    except TooMany as error:
        found.stop(error)


def _read_package(files: zips.Contents, found: Reading) -> None:
    for name in files.left_out:
        found.warn(name[:100], say("berkas jenis ini tidak dibuka"))
    manifests = [name for name in files.content if posixpath.basename(name) == MANIFEST]
    if not manifests:
        found.warn(say("Paket"), say("%(manifest)s tidak ada; semua berkas XML dibaca sebagai soal", manifest=MANIFEST))
        names = sorted(name for name in files.content if name.endswith(".xml"))
    else:
        manifest = min(manifests, key=len)
        names = _listed(
            xml_tree.parse(files.content[manifest], found, where=manifest), posixpath.dirname(manifest), found
        )
        _tell_unlisted(files, manifest, {attachments.located(one, files.content) for one in names}, found)
    readings, counted = Readings(files.content), Counter(attachments.located(one, files.content) for one in names)
    for place, (name, times) in enumerate(counted.items()):
        found.reached(place, len(counted))
        if name not in files.content:
            found.refuse(name[:100], say("disebut di %(manifest)s tetapi tidak ada di paket", manifest=MANIFEST))
            continue
        if times > 1:
            found.warn(
                name[:100], say("disebut lebih dari satu kali di %(manifest)s; dibaca satu kali", manifest=MANIFEST)
            )
        with found.question(name[:100]):
            _read_item(xml_tree.parse(files.content[name], found, where=name), name, found, readings)


def _tell_unlisted(files: zips.Contents, manifest: str, listed: Set[str], found: Reading) -> None:
    """Say which items nobody asks for, since the manifest does not know them."""
    for name, content in files.content.items():
        if name.endswith(".xml") and name not in listed | {manifest} and _ITEM.search(content[:_HEAD]):
            found.warn(name[:100], say("soal ini tidak disebut di %(manifest)s, jadi tidak dibaca", manifest=MANIFEST))


def _listed(manifest: Node, folder: str, found: Reading) -> list[str]:
    """The files of the items that a manifest lists, in its order."""
    names = []
    resources = manifest.child("resources")
    for one in (manifest, resources):
        folder = posixpath.join(folder, one.get("base")) if one else folder
    for resource in manifest.walk():
        if resource.name != "resource":
            continue
        kind, href = resource.get("type").lower(), resource.get("href")
        if "item" in kind and href:
            base = posixpath.join(folder, resource.get("base"))
            names.append(posixpath.normpath(posixpath.join(base, href)))
        elif "test" in kind:
            found.warn(href[:100] or say("Paket"), say("susunan tes tidak dimuat; hanya soalnya"))
    if not names:
        raise Unusable(say("tidak ada soal QTI 2.1, 2.2, atau 3.0 di daftar paket ini"), MANIFEST)
    return names


def _read_item(root: Node, name: str, found: Reading, readings: Readings) -> None:
    if root.name == "questestinterop":
        raise Unusable(say("ini QTI 1.2; ekspor ulang sebagai QTI 2.1 atau lebih baru"), name or say("Berkas"))
    if root.name != "assessmentItem":
        raise Unusable(
            say("elemen pertama <%(name)s>, bukan assessmentItem; ini bukan soal QTI", name=root.name[:40]),
            name or say("Berkas"),
        )
    where = (
        say("%(name)s, item %(identifier)s", name=name, identifier=root.get("identifier")[:60])
        if name
        else say("Item %(identifier)s", identifier=root.get("identifier")[:60])
    )
    with found.question(where):
        reading = readings.of(root, name, where, found)
        found.take_medium = attachments.taker(found, readings.files, base=posixpath.dirname(name))
        qti_item.read(root, where, found, reading=reading)
