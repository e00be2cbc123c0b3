"""How long personal data that nobody needs any more are kept (个人信息保护法 第十九条: no longer than necessary)."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

KEPT_FORMS: Final = timedelta(days=1)
FAILED_SIGN_INS: Final = timedelta(days=1)
# Letters stand in the outbox with the address they went to.
SENT_LETTERS: Final = timedelta(days=30)
# 网络安全法 (2025 年修正) 第二十三条 asks for six months of network logs; what is older serves nobody.
SIGN_INS: Final = timedelta(days=183)
INVITATIONS: Final = timedelta(days=183)  # after they were accepted, taken back or ran out
JOIN_REQUESTS: Final = timedelta(days=183)  # after the answer
# Who was refused may go to court within six months (行政诉讼法 第四十六条) and may complain for longer.
REFUSED_CLAIMS: Final = timedelta(days=3 * 365)
# That an end of validity was announced: longer than the announcement goes before it, so that nothing is told twice.
ANNOUNCEMENTS: Final = timedelta(days=90)
# Spreadsheets and their rows, after they were taken in, given up, or left lying. What was taken in is in the dossier.
BULK_IMPORTS: Final = timedelta(days=90)
