"""Which tests show what of each need of the people whom the desk serves, by the need's number. `pytest -k n9` runs those of N9."""

NEEDS: dict[str, dict[str, list[str]]] = {
    "N1": {
        "solved needs cause, fix and how we know": ["desk/test_outcomes.py::test_an_outcome_without_its_ground_is_refused"],
        "a fix is used again in one click": [
            "dashboard/test_outcome_dialogs.py::test_n1_a_fix_is_used_again_in_one_click_from_beside_the_case"
        ],
        "it is filled in from an incident or an earlier case": [
            "desk/test_resolutions.py::test_n1_a_case_of_an_incident_begins_with_what_is_known_of_it",
            "dashboard/test_outcome_dialogs.py::test_n1_a_case_of_an_incident_begins_with_its_cause",
            "desk/test_incidents.py::test_closing_makes_a_resolution_that_its_quiet_cases_reuse",
        ],
        "solved on contact with an unknown cause is allowed, listed and looked into": [
            "desk/test_outcomes.py::test_an_unknown_cause_is_allowed_and_never_reused",
            "desk/test_resolutions.py::test_n1_unknown_causes_are_listed_until_a_lead_finds_them",
            "dashboard/test_outcome_dialogs.py::test_n1_solved_on_contact_without_a_cause_is_one_tick",
        ],
        "ranked by how many it spared": [
            "desk/test_resolutions.py::test_n1_a_fix_is_credited_with_whom_it_spared_and_less_when_they_come_back",
            "desk/test_performance.py::test_n1_causes_are_ranked_by_how_many_they_spared",
        ],
    },
    "N3": {
        "the order is a rule that can be read": [
            "desk/test_urgency.py::test_the_instant_is_the_due_time_less_the_sum_of_its_reasons",
            "desk/test_urgency.py::test_n3_who_the_customer_is_plays_no_part_in_the_order",
        ],
        "replies have a name under them": ["desk/test_wording.py::test_a_signature_names_the_person"],
        "a returning customer is recognised, within one source and site": [
            "desk/test_ordeal.py::test_n3_a_returning_customer_stands_earlier_and_the_reason_is_told",
            "desk/test_customer.py::test_n3_another_source_and_another_site_are_another_customer",
        ],
        "with what happened last time, and whether it held": [
            "desk/test_customer.py::test_n3_what_came_back_is_told_as_that",
            "dashboard/test_outcome_dialogs.py::test_n3_the_history_begins_with_what_happened_last_time",
        ],
        "the same person again when free": ["desk/test_routing.py::test_the_colleague_who_answered_before_has_ten_minutes"],
    },
    "N4": {
        "one story with everything": [
            "desk/test_customer.py::test_n4_the_story_has_everything_newest_first",
            "dashboard/test_outcome_dialogs.py::test_n4_the_drawer_tells_the_whole_story_and_that_of_one_case",
        ],
        "an ordeal raises the case, and says why": [
            "desk/test_ordeal.py::test_n4_the_score_is_the_sum_of_its_parts",
            "desk/test_ordeal.py::test_n4_each_point_moves_the_case_ten_minutes_and_nothing_else_of_it_does",
            "desk/test_ordeal.py::test_n4_the_score_of_a_case_grows_with_what_happens_to_it",
        ],
    },
    "N5": {
        "solved counts once confirmed, or quiet for days": [
            "desk/test_held.py::test_n5_quiet_for_days_is_held_and_not_before",
            "desk/test_held.py::test_n5_care_confirms_with_the_post_that_says_so",
            "desk/test_held.py::test_n5_a_later_thanks_confirms_and_reopens_nothing",
        ],
        "other outcomes stand beside it, never inside": [
            "desk/test_held.py::test_n5_nothing_but_solved_can_hold",
            "desk/test_performance.py::test_outcomes_stand_beside_solved_never_inside_it",
        ],
        "what came back is taken off again": [
            "desk/test_held.py::test_n5_coming_back_takes_it_off_again",
            "desk/test_held.py::test_n5_counts_are_right_whatever_the_order",
        ],
        "volume is no score": ["desk/test_performance.py::test_n5_a_persons_share_is_for_themself_and_leads_and_counts_no_volume"],
    },
    "N8": {
        "declined has its reason, rule and alternative": [
            "desk/test_outcomes.py::test_declined_keeps_reason_rule_and_what_we_can_do_instead",
            "desk/test_outcomes.py::test_an_outcome_without_its_ground_is_refused",
            "dashboard/test_outcome_dialogs.py::test_n8_a_rule_that_was_quoted_before_is_one_choice_away",
        ],
        "neither solved nor unsolved": ["desk/test_performance.py::test_outcomes_stand_beside_solved_never_inside_it"],
        "listed by rule": [
            "desk/test_declines.py::test_n8_declines_are_listed_by_rule",
            "desk/test_declines.py::test_n8_a_decline_that_comes_back_stands_no_more",
        ],
    },
    "N9": {
        "abuse is folded": [
            "dashboard/test_exposure.py::test_n9_in_the_list_and_in_the_conversation",
            "dashboard/test_exposure.py::test_n9_beside_the_case_of_somebody_else_in_the_thread",
            "dashboard/test_exposure.py::test_n9_in_all_mentions",
        ],
        "a volunteer or lead sees it first, and nobody waits longer for that": [
            "desk/test_shield.py::test_n9_abuse_that_does_not_press_goes_to_volunteers_and_leads_first",
            "desk/test_shield.py::test_n9_its_clock_runs_all_the_time",
            "desk/test_shield.py::test_n9_nobody_is_held_back_while_nobody_would_see_them",
            "desk/test_routing.py::test_a_shielded_case_goes_to_a_volunteer_or_lead_first",
        ],
        "a furious customer in a hurry is still a customer": [
            "desk/test_shield.py::test_n9_a_furious_customer_who_is_in_a_hurry_stays_in_everybodys_queue",
        ],
        "exposure is private, steers routing, and ends": [
            "desk/test_exposure.py::test_n9_no_function_is_about_anybody_but_the_one_who_asks",
            "desk/test_exposure.py::test_n9_who_has_read_enough_is_given_the_calm_ones",
            "desk/test_exposure.py::test_n9_a_week_is_shown_and_a_month_is_kept",
            "desk/test_exposure.py::test_n9_switched_off_it_is_deleted_and_counts_no_more",
            "dashboard/test_exposure.py::test_n9_one_sees_ones_own_count_and_nobody_elses",
        ],
        "never in a report": ["desk/test_exposure.py::test_n9_nothing_else_in_the_desk_reads_the_counts"],
    },
    "N12": {
        "who asked us to stop gets no reply": ["desk/test_contact.py::test_n12_who_asked_us_to_stop_gets_no_reply"],
        "the send path refuses, not only the screen": [
            "desk/test_contact.py::test_n12_delivery_asks_once_more",
            "desk/test_contact.py::test_n12_a_reply_that_was_queued_before_becomes_a_draft",
            "desk/test_contact.py::test_n12_a_failed_reply_is_not_tried_again_and_an_approval_is_void",
            "desk/test_reply_machine.py::test_no_order_of_acts_lets_leave_what_must_not",
        ],
        "only a lead lifts it": [
            "desk/test_contact.py::test_n12_only_a_lead_lifts_it_and_all_is_on_record",
            "dashboard/test_four_eyes.py::test_n12_do_not_contact_is_set_with_a_reason_and_lifted_by_a_lead",
        ],
    },
}


def numbers_of(name: str) -> set[str]:
    """The needs under which a test stands, as `-k` takes them; its name begins below tests/, without parameters."""
    return {need.lower() for need, claims in NEEDS.items() if any(name in names for names in claims.values())}
