//! A deadline paused, met, missed, cancelled, worked out again.

use super::*;

#[test]
fn d3_paused_while_with_the_police() {
    let cal = school();
    let task = Deadline::start(DeadlineKind::Task, Rule::SchoolDays(3), at(2026, 11, 10, 9, 0), &cal);
    assert_eq!(task.due, at(2026, 11, 13, 15, 30));
    let paused = task.pause(at(2026, 11, 12, 9, 0)).unwrap();
    assert!(!paused.is_overdue(at(2026, 12, 1, 9, 0)), "no time passes");
    assert_eq!(paused.pause(at(2026, 11, 13, 9, 0)), Err(DeadlineRefusal::AlreadyPaused));
    // Two days later: Sunday 15 November moves on to the end of Monday.
    let resumed = paused.resume(at(2026, 11, 14, 9, 0), &cal).unwrap();
    assert_eq!((resumed.due, resumed.state), (at(2026, 11, 16, 15, 30), State::Running));
    assert_eq!(resumed.resume(at(2026, 11, 14, 9, 0), &cal), Err(DeadlineRefusal::NotPaused));
    // Paused again with time left on Monday, resumed on Tuesday: there is time left still.
    let again = resumed.pause(at(2026, 11, 16, 9, 0)).unwrap().resume(at(2026, 11, 17, 9, 0), &cal).unwrap();
    assert_eq!(again.due, at(2026, 11, 17, 15, 30));
    assert_eq!(again.recompute(&cal), (again, None), "working it out again gives the same");
}

#[test]
fn d3_a_pause_within_a_day_gives_no_day() {
    let cal = school();
    let friday = NaiveDate::from_ymd_opt(2026, 11, 13).unwrap();
    for rule in [Rule::SchoolDays(3), Rule::WorkingDays(3), Rule::On(friday)] {
        let mut task = Deadline::start(DeadlineKind::Task, rule, at(2026, 11, 10, 9, 0), &cal);
        let due = task.due;
        for minute in 0..3 {
            let then = at(2026, 11, 13, 9, minute);
            task = task.pause(then).unwrap().resume(then + TimeDelta::seconds(1), &cal).unwrap();
        }
        assert_eq!(task.due, due, "{rule}");
        // Paused in time and resumed that evening, it is not late: there is a day left, and it is no Saturday.
        let evening = task.pause(due).unwrap().resume(at(2026, 11, 13, 19, 0), &cal).unwrap();
        assert_eq!(local(evening.due).date(), NaiveDate::from_ymd_opt(2026, 11, 16).unwrap(), "{rule}");
        // Late when it was paused, it stays late.
        let late =
            task.pause(at(2026, 11, 13, 18, 0)).unwrap().resume(at(2026, 11, 13, 19, 0), &cal).unwrap();
        assert_eq!(late.due, due, "{rule}");
    }
}

#[test]
fn d3_hours_move_by_the_time_paused_and_legal_duties_run_on() {
    let cal = school();
    let triage = Deadline::start(DeadlineKind::Triage, Rule::ClockHours(2), at(2026, 11, 17, 21, 0), &cal);
    let resumed =
        triage.pause(at(2026, 11, 17, 22, 0)).unwrap().resume(at(2026, 11, 18, 3, 0), &cal).unwrap();
    assert_eq!(resumed.due, at(2026, 11, 18, 4, 0));
    let legal = [DeadlineKind::IcoDecision, DeadlineKind::IcoReport, DeadlineKind::LadoReferral];
    for kind in legal.into_iter().chain([DeadlineKind::Basis]) {
        let legal = Deadline::start(kind, Rule::WorkingDays(1), at(2026, 11, 17, 21, 0), &cal);
        assert_eq!(legal.pause(at(2026, 11, 17, 22, 0)), Err(DeadlineRefusal::RunsOn));
    }
}

#[test]
fn met_missed_and_cancelled_are_final() {
    let cal = school();
    let from = at(2026, 11, 17, 9, 0);
    let running = Deadline::start(DeadlineKind::Acknowledge, Rule::SameSchoolDay, from, &cal);
    assert!(!running.is_overdue(running.due) && running.is_overdue(running.due + TimeDelta::microseconds(1)));
    let met = running.meet(running.due).unwrap();
    assert_eq!((met.state, met.ended_at), (State::Met, Some(running.due)));
    let late = at(2026, 11, 18, 9, 0);
    assert_eq!(running.meet(late).unwrap().state, State::Missed);
    let gone = running.cancel(CancelReason::Rerouted, from).unwrap();
    assert_eq!((gone.state, gone.cancelled), (State::Cancelled, Some(CancelReason::Rerouted)));
    let given_up = running.cancel(CancelReason::Merged, late).unwrap();
    assert_eq!((given_up.state, given_up.cancelled), (State::Missed, Some(CancelReason::Merged)));
    for ended in [met, gone, given_up] {
        assert!(!ended.is_overdue(late));
        assert_eq!(ended.meet(late), Err(DeadlineRefusal::Ended));
        assert_eq!(ended.pause(late), Err(DeadlineRefusal::Ended));
        assert_eq!(ended.resume(late, &cal), Err(DeadlineRefusal::Ended));
        assert_eq!(ended.cancel(CancelReason::Closed, late), Err(DeadlineRefusal::Ended));
        assert_eq!(ended.correct_fact(late, &cal), Err(DeadlineRefusal::Ended));
        assert_eq!(ended.recompute(&Calendar::provisional(Nation::England)), (ended, None));
    }
    // Done during a pause that began in time: met.
    let during = running.pause(from).unwrap().meet(late).unwrap();
    assert_eq!((during.state, during.paused_at), (State::Met, None));
}

#[test]
fn d4_calendar_changed_afterwards() {
    let before = Calendar::provisional(Nation::England);
    let running =
        Deadline::start(DeadlineKind::Acknowledge, Rule::SchoolDays(1), at(2026, 10, 23, 14, 0), &before);
    assert_eq!(running.due, at(2026, 10, 26, 15, 30));
    let (after, moved) = running.recompute(&school());
    assert_eq!(moved, Some(DueChange { was: at(2026, 10, 26, 15, 30), now: at(2026, 11, 2, 15, 30) }));
    assert_eq!(after.recompute(&school()), (after, None));
    // A pause that was counted is kept.
    let resumed =
        running.pause(at(2026, 10, 24, 9, 0)).unwrap().resume(at(2026, 10, 25, 8, 0), &before).unwrap();
    assert_eq!(resumed.due, at(2026, 10, 27, 15, 30));
    assert_eq!(resumed.recompute(&school()).0.due, at(2026, 11, 3, 15, 30));
}

#[test]
fn awareness_corrected_at_triage_moves_the_ico_clock() {
    let cal = school();
    let ico = Deadline::start(DeadlineKind::IcoReport, Rule::ClockHours(72), at(2026, 11, 17, 9, 0), &cal);
    let (earlier, moved) = ico.correct_fact(at(2026, 11, 16, 20, 0), &cal).unwrap();
    assert_eq!(earlier.due, at(2026, 11, 19, 20, 0));
    assert_eq!(moved, Some(DueChange { was: at(2026, 11, 20, 9, 0), now: at(2026, 11, 19, 20, 0) }));
}
