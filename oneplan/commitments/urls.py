from django.urls import path

from oneplan.commitments.views import commitment, ledger, parties, writing

app_name = "commitments"

SPACE = "spaces/<str:code>/commitments/"
ONE = "commitments/<str:ref>/"
PARTY = ONE + "parties/<str:code>/"
PLEDGE = ONE + "pledges/<int:pk>/"

urlpatterns = [
    path(SPACE, ledger.ledger, name="ledger"),
    path(SPACE + "ledger.csv", ledger.ledger_csv, name="ledger_csv"),
    path(SPACE + "propose/", writing.propose_commitment, name="propose_commitment"),
    path("commitments/", ledger.national_ledger, name="national_ledger"),
    path("commitments/ledger.csv", ledger.ledger_csv, name="national_ledger_csv"),
    path("institutions/<str:code>/commitments/", parties.institution_commitments, name="institution_commitments"),
    path("institutions/<str:code>/commitments/sign/", parties.sign_commitments, name="sign_commitments"),
    path(ONE, commitment.commitment, name="commitment"),
    path(ONE + "evidence/<str:sha256>/", commitment.evidence, name="evidence"),
    path(ONE + "amend/", writing.amend_commitment, name="amend_commitment"),
    path(ONE + "deliver/", writing.deliver_commitment, name="deliver_commitment"),
    path(ONE + "withdraw/", writing.withdraw_commitment, name="withdraw_commitment"),
    path(ONE + "restore/", writing.restore_commitment, name="restore_commitment"),
    path(ONE + "shares/", writing.set_shares, name="set_shares"),
    path(ONE + "serve/<str:code>/", writing.serve_elements, name="serve_elements"),
    path(ONE + "markers/", writing.mark_commitment, name="mark_commitment"),
    path(ONE + "markers/<str:marker>/remove/", writing.unmark_commitment, name="unmark_commitment"),
    path(ONE + "lead/", parties.change_lead, name="change_lead"),
    path(ONE + "parties/", parties.add_party, name="add_party"),
    path(PARTY, parties.revise_party, name="revise_party"),
    path(PARTY + "remove/", parties.remove_party, name="remove_party"),
    path(PARTY + "agree/", parties.agree_commitment, name="agree_commitment"),
    path(PARTY + "decline/", parties.decline_commitment, name="decline_commitment"),
    path(PARTY + "sign/", parties.sign_commitment, name="sign_commitment"),
    path(PARTY + "pledges/", parties.draft_pledge, name="draft_pledge"),
    path(PLEDGE, parties.revise_pledge, name="revise_pledge"),
    path(PLEDGE + "remove/", parties.remove_pledge, name="remove_pledge"),
    path(PLEDGE + "accept/", parties.accept_pledge, name="accept_pledge"),
    path(PLEDGE + "decline/", parties.decline_pledge, name="decline_pledge"),
]
