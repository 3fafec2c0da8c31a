"""The tables of the editorial floor, one file for each thing that an editor has a word for."""

from editorial.models.address import Address
from editorial.models.approval import Approval
from editorial.models.autosave import Autosave, Presence
from editorial.models.clearance import Channel, Clearance, Part, Window
from editorial.models.comment import Comment, Notice
from editorial.models.edition import Edition, EditionTag
from editorial.models.erasure import Erasure, LedgerLine
from editorial.models.event import Event
from editorial.models.findable import Findable
from editorial.models.hold import Hold
from editorial.models.picture import EditionPicture, Picture, PictureSubject, PiecePicture, Rendition
from editorial.models.piece import Piece, PieceTag, PieceWriter, State
from editorial.models.reference import Reference
from editorial.models.revision import Revision
from editorial.models.share_link import ShareLink
from editorial.models.site_state import SiteState
from editorial.models.tag import Facet, Label, Tag, TagAlias, TagChange
from editorial.models.user import User

__all__ = [
    "Address",
    "Approval",
    "Autosave",
    "Channel",
    "Clearance",
    "Comment",
    "Edition",
    "EditionPicture",
    "EditionTag",
    "Erasure",
    "Event",
    "Facet",
    "Findable",
    "Hold",
    "Label",
    "LedgerLine",
    "Notice",
    "Part",
    "Picture",
    "PictureSubject",
    "Piece",
    "PiecePicture",
    "PieceTag",
    "PieceWriter",
    "Presence",
    "Reference",
    "Rendition",
    "Revision",
    "ShareLink",
    "SiteState",
    "State",
    "Tag",
    "TagAlias",
    "TagChange",
    "User",
    "Window",
]
