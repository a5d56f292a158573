"""Who is an affected person in a document, and what is shown instead.

`people` finds the names, `number` says which are one person's, `outside` finds them in words beside the text, `outward` masks records.
"""

from allegata.mask.outward import mask_claim, mask_decision, mask_document, mask_span, mask_text, outward
from allegata.mask.people import find_affected

__all__ = ["find_affected", "mask_claim", "mask_decision", "mask_document", "mask_span", "mask_text", "outward"]
