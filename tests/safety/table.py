"""Who may reach which route: one row each, in the words of the process. A route without a row fails the tests.

    endpoint[part of the address]   GET or POST, when they differ   who                     @when it can be tried   mark

Who, by what they are to the thing that the address names:
    coordinator, executive          hold the role in its borough
    team, lead, newcomer            are on its team: have declared; lead; have not declared yet
    whose-it-is                     of a record of their own: the lead, in this story
    coordinators, executives, reviewers, administrators   hold the role in any borough
    signed-in, everybody, nobody; holders: whoever has the secret address (tried by test_calendar_feeds)
    organisation, participant, reviewer, requester   behind a personal link of its review; with "code": after the code
    invited                         behind the link of a reviewer who has not accepted yet
Marks:
    calm      taking away what is gone already (or never was) leads back to the list instead of to 404
    told      the rest of the team knows that it is there, and is told that it is for others (403)
    leaves    ends where one signs in, or gives a code
    library   Flask-Security's own page: it guards itself; strangers are only ever led to signing in
"""

from dataclasses import dataclass

TABLE = """
healthz                                 everybody
readyz                                  everybody
static                                  everybody
reviews.home                            everybody
reviews.accessibility                   everybody
reviews.privacy                         everybody
reviews.cookies                         everybody
reviews.contact                         everybody
organisations.suggestions               everybody
intake.start                            everybody
intake.begin                            everybody
intake.organisation                     everybody
intake.choose                           everybody
intake.unlisted                         everybody
intake.you                              everybody
intake.review                           everybody
intake.check                            everybody
intake.send                             everybody
intake.sent                             everybody
sample.start                            nobody
sample.sign_in                          nobody
sample.sign_in_as                       nobody
sample.mailbox                          nobody
sample.letter                           nobody
sample.invite                           nobody

security.login                          everybody                                       library
security.verify                         everybody                                       library
security.tf_select                      everybody                                       library
security.wan_signin                     everybody                                       library
security.wan_signin_response            everybody                                       library
security.mf_recovery                    everybody                                       library
security.two_factor_token_validation    everybody                                       library
security.two_factor_rescue              everybody                                       library
security.forgot_password                everybody                                       library
security.reset_password                 everybody                                       library
security.logout                         everybody                                       library
security.wan_register                   signed-in                                       library
security.wan_register_response          signed-in                                       library
security.wan_delete                     signed-in                                       library
security.change_password                signed-in                                       library
security.mf_recovery_codes              signed-in                                       library
security.two_factor_setup               signed-in                                       library
security.two_factor_setup_validate      signed-in                                       library
accounts.me                             signed-in
accounts.sign_out_everywhere            signed-in                                       leaves

accounts.people                         administrators
accounts.add                            administrators
accounts.person                         administrators
accounts.role_removal                   administrators
accounts.deactivation                   administrators
accounts.reactivation                   administrators
accounts.second_factor_reset            administrators
accounts.password_link                  administrators
accounts.settings                       administrators
delivery.index                          coordinators administrators
delivery.letter                         administrators
delivery.test_letter                    administrators
delivery.templates                      administrators
delivery.template[notice]               administrators
delivery.standard[notice]               administrators

calendars.show                          holders
calendars.mine                          signed-in
calendars.my_address                    signed-in
calendars.my_revocation                 signed-in
calendars.boroughs                      coordinators
calendars.borough_address               coordinator
calendars.borough_revocation            coordinator

correspondence.index                    coordinators administrators
correspondence.dealt_with               coordinator
correspondence.answer                   coordinator

reviews.today                           coordinators
reviews.chase                           coordinators
reviews.mine                            reviewers
reviews.executive                       executives
reviews.index                           coordinators executives reviewers
programme.index                         coordinators executives
programme.add                           coordinators
programme.years                         coordinators executives
programme.year                          coordinator executive
programme.numbers                       coordinator executive
programme.draws_of_year                 coordinator executive
programme.draw_pool                     coordinator executive
programme.draw_freeze                   coordinator executive
programme.draw                          coordinator executive
programme.draw_list                     coordinator executive
programme.draw_seed                     coordinator executive
programme.draw_result                   coordinator executive
programme.draw_file                     coordinator executive
programme.draw_list_file                coordinator executive
programme.draw_tickets                  coordinator executive
programme.draw_planning                 coordinator
programme.draw_reserve                  coordinator
programme.draw_explained                everybody
programme.selection                     coordinator executive
programme.send_selection                coordinator
programme.remind_executive              coordinator
programme.approval                      executive
programme.decide_selection              executive
programme.intelligence                  coordinator executive
programme.write_intelligence            coordinator executive
meetings.index                          coordinators executives
meetings.new                            coordinators
meetings.show                           coordinator executive
meetings.change                         coordinator
meetings.actions                        coordinators executives
meetings.new_series                     coordinators
meetings.live                           coordinator
meetings.calendar_file                  coordinator executive
meetings.minutes_file                   coordinator
reports.pack                            coordinator executive
annual_report.show                      coordinators executives
annual_report.download[pdf]             coordinators executives
meetings.action                         GET   coordinator executive
meetings.action                         POST  coordinator
meetings.action_question                coordinator
meetings.action_by_phone                coordinator
meetings.action_file                    coordinator executive
organisations.index                     coordinators
organisations.sheet[csv]                coordinators
organisations.agencies                  coordinators
organisations.agencies_template         coordinators
organisations.add                       coordinators
organisations.imports                   coordinators
organisations.bring                     coordinators
organisations.show_import               coordinator
organisations.import_progress           coordinator
organisations.import_sheet[csv]         coordinator
organisations.confirm_import            coordinator
organisations.discard_import            coordinator
organisations.undo_import               coordinator
organisations.show                      coordinator
organisations.details                   coordinator
organisations.add_contact               coordinator
organisations.contact                   coordinator
organisations.end_contact               coordinator
organisations.reopen_contact            coordinator
organisations.duty                      coordinator
organisations.notes                     coordinator
organisations.urn                       coordinator
organisations.add_alias                 coordinator
organisations.alias                     coordinator
organisations.alias_removal             coordinator
organisations.find_link                 coordinator
organisations.add_link                  coordinator
organisations.take_back_link            coordinator
organisations.trust                     coordinator
organisations.federation                coordinator
teams.index                             coordinators
teams.add                               coordinators
teams.reviewer                          coordinators
teams.edit                              coordinators
teams.add_tie                           coordinators
teams.change_tie                        coordinators
teams.remove_tie                        coordinators
teams.year                              coordinator
teams.progress                          coordinator
teams.search                            coordinator
teams.confirm                           coordinator
teams.suggested                         coordinator
teams.my_interests                      reviewers
teams.my_employer                       reviewers
teams.add_my_tie                        reviewers
teams.my_tie                            whose-it-is
teams.confirm_my_interests              reviewers

reviews.show                            coordinator executive team
reviews.change                          coordinator
reviews.withdraw                        coordinator                      @finalising
reviews.reinstate                       coordinator
reviews.remind                          coordinator
reviews.letter                          coordinator
intake.triage                           coordinator
intake.match                            coordinator
intake.accept                           coordinator
intake.decline                          coordinator
nominations.notice                      coordinator                      @planned
nominations.contact                     coordinator                      @planned
nominations.colleague                   coordinator                      @arranging
nominations.staff                       coordinator team                 @preparing
nominations.person                      coordinator                      @arranging
nominations.person_change               coordinator                      @arranging
nominations.removal                     coordinator                      @arranging     calm
nominations.message                     coordinator                      @arranging
nominations.answers                     coordinator                      @arranging
nominations.refusal                     coordinator                      @arranging
audits.copy              GET            coordinator team                 @preparing
audits.copy              POST           coordinator                      @arranging
audits.copy_file                        coordinator team                 @preparing
teams.show                              coordinator                      @arranging
teams.assign                            coordinator                      @arranging
teams.lead                              coordinator                      @arranging
teams.suggestion                        coordinator                      @arranging
teams.remove                            coordinator                      @arranging
teams.choose_replacement                coordinator                      @arranging
teams.replace                           coordinator                      @arranging
teams.interests_by_phone                coordinator                      @arranging
teams.restore                           coordinator                      @preparing
teams.interests                         team newcomer                    @preparing
dates.show                              coordinator                      @arranging
dates.propose                           coordinator                      @arranging
dates.agree                             coordinator                      @arranging
dates.set_needed                        coordinator                      @arranging
dates.ask_again                         coordinator                      @arranging
dates.ask_about_more                    coordinator                      @arranging
dates.ask_organisation                  coordinator                      @arranging
dates.my_times                          reviewers
dates.remove_my_time                    reviewers                                       calm
dates.school_holidays                   coordinators
dates.remove_school_holiday             coordinators                                    calm
dates.look_into_file                    coordinators
dates.take_from_file                    coordinators
dates.answer                            team newcomer                    @arranging
dates.answer_by_phone                   coordinator                      @arranging
dates.visit                             coordinator executive team       @preparing
dates.calendar_file                     coordinator executive team       @preparing
dates.move                              coordinator                      @preparing
dates.change_place                      coordinator                      @preparing
dates.cancel                            coordinator                      @preparing
dates.add_person                        coordinator                      @preparing
dates.remove_person                     coordinator                      @preparing
preparation.show                        coordinator team                 @preparing
preparation.document                    coordinator team                 @preparing
preparation.wanted                      coordinator                      @preparing
preparation.answer                      coordinator                      @preparing
preparation.removal                     coordinator                      @preparing
preparation.completion                  coordinator                      @preparing
preparation.notes_on                    team                             @preparing
visits.agenda                           coordinator team                 @preparing
visits.record                           coordinator team                 @preparing
visits.notes                            coordinator team                 @reporting
visits.notes_on                         team                             @reporting
visits.rate                             team                             @reporting
visits.add_files                        coordinator team                 @reporting
visits.remove_file                      coordinator team                 @reporting
reports.show                            coordinator executive team
reports.write                           coordinator lead                 @reporting     told
reports.save                            coordinator lead                 @reporting     told
reports.preview                         coordinator team                 @reporting
reports.section_history                 coordinator team                 @reporting
reports.put_back                        coordinator lead                 @reporting     told
reports.section                         coordinator team                 @reporting
reports.comment                         coordinator team                 @reporting
reports.settle                          coordinator team                 @reporting
reports.put_in                          coordinator lead                 @reporting     told
reports.issue                           coordinator lead                 @reporting     told
reports.read[initial]                   coordinator team
reports.read[final]                     coordinator executive team
reports.download[initial]               coordinator team
reports.download[final]                 coordinator executive team
reports.as_word[initial]                coordinator team
reports.as_word[final]                  coordinator executive team
reports.deadline                        coordinator                      @responding
reports.refuse_more_time                coordinator                      @responding
reports.end                             coordinator                      @responding
reports.decisions                       coordinator team                 @finalising
reports.decide                          coordinator team                 @finalising
reports.evidence                        coordinator team                 @finalising
reports.approve                         coordinator                      @finalising
meetings.agenda                         coordinator
meetings.present                        coordinator
meetings.close                          coordinator executive

nominations.home                        organisation participant reviewer invited requester
accounts.code                           organisation participant reviewer invited requester
accounts.new_code                       organisation participant reviewer invited requester     leaves
intake.request_by_link                  requester
teams.interests_by_link                 reviewer invited                         @preparing
dates.answer_by_link                    organisation participant reviewer invited    @arranging
dates.offer_by_link                     organisation                     @arranging
dates.visit_by_link                     organisation participant reviewer invited    @preparing
dates.calendar_file_by_link             organisation participant reviewer    @preparing
nominations.notice_by_link              organisation
audits.copy_by_link                     organisation
audits.copy_file_by_link                organisation
nominations.details_by_link             organisation                     @arranging
nominations.colleague_by_link           organisation                     @arranging
nominations.staff_by_link               organisation                     @arranging
nominations.person_by_link              organisation                     @arranging
nominations.person_change_by_link       organisation                     @arranging
nominations.removal_by_link             organisation                     @arranging     calm
nominations.message_by_link             organisation                     @arranging
nominations.answers_by_link             organisation                     @arranging
nominations.refusal_by_link             organisation                     @arranging
preparation.documents_by_link           organisation                     @preparing
preparation.answer_by_link              organisation                     @preparing
preparation.removal_by_link             organisation                     @preparing
reports.report_by_link                  organisation code                @responding
reports.download_by_link[report]        organisation code                @responding
reports.response_by_link                organisation code                @responding
reports.check_by_link                   organisation code                @responding
reports.colleagues_by_link              organisation code                @responding
reports.sender_by_link                  organisation code                @responding
reports.more_time_by_link               organisation code                @responding
reports.send_by_link                    organisation code                @responding
reports.no_inaccuracies_by_link         organisation code                @responding
reports.new_point_by_link               organisation code                @responding
reports.point_by_link                   organisation code                @responding
reports.evidence_by_link                organisation code                @responding
reports.remove_evidence_by_link         organisation code                @responding
reports.remove_point_by_link            organisation code                @responding    calm
reports.final_by_link                   organisation code
reports.download_by_link[final-report]  organisation code
reports.acknowledge_by_link             organisation code
meetings.decision_by_link               organisation code
meetings.actions_by_link                organisation code
meetings.action_by_link                 organisation code
meetings.action_file_by_link            organisation code
"""
MARKS = frozenset({"calm", "told", "leaves", "library"})


@dataclass(frozen=True)
class Row:
    """One row. ``part``: the fixed part of the address; ``methods``: those it is about."""

    endpoint: str
    part: str
    methods: frozenset[str]
    who: frozenset[str]
    moment: str
    marks: frozenset[str]


def _row(line: str) -> Row:
    name, *rest = line.split()
    endpoint, _, part = name.removesuffix("]").partition("[")
    methods = frozenset(word for word in rest if word in ("GET", "POST")) or frozenset({"GET", "POST"})
    moment = next((word[1:] for word in rest if word.startswith("@")), "presented")
    who = frozenset(word for word in rest if not word.startswith("@")) - methods - MARKS
    return Row(endpoint, part, methods, who, moment, MARKS & set(rest))


ROWS = tuple(_row(line) for line in TABLE.splitlines() if line.strip())
MOMENTS = tuple(dict.fromkeys(row.moment for row in ROWS))
