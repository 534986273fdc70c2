//! A case that another one opened follows it: a person who may see nothing of that one sees nothing of this one, and
//! it goes no further than that one while the adult there is unidentified. It lasts as long as it does there.
//!
//! Only the second is seen here: who may see nothing of the other is kept behind the case (`sight::behind`), so that
//! nobody learns here of whom the other one is about.
//!
//! No single act calls this: `store::cases::record` asks after every event whether the case takes others along.

use crate::domain::case::{Act, Case, CaseEvent, Entry, Label, Phrase};
use crate::domain::{
    case::{
        consequences::ties_changed::follow,
        lifecycle::workflow::{Move, Status},
    },
    kernel::ids::CaseId,
    school::routing::{AdultThere, Elsewhere, ExclusionReason, ExclusionScope},
};

impl Case {
    /// What the cases it opened take over from it as it is now.
    pub(in crate::domain::case) fn hands_over(&self) -> Elsewhere {
        // That an account here names a person, who had no part in it when it ended, takes no case of theirs from them.
        let all = self.exclusions.iter().filter(|(_, exclusion)| {
            exclusion.scope == ExclusionScope::All && exclusion.why != ExclusionReason::NamedInIt
        });
        let kept_out = all.map(|(person, _)| *person).chain(self.kept_out()).collect();
        let adult =
            if self.has_unidentified_adult() { AdultThere::Unmatched } else { AdultThere::NoneOrMatched };
        Elsewhere::new(kept_out, adult)
    }

    /// Whether what happened to it since bears on the cases that follow it. Cases no longer follow a merged case: they
    /// follow the one that goes on.
    pub fn takes_others_along(&self, before: &Case) -> bool {
        let is_as_it_was = self.opened == before.opened
            && self.gathered == before.gathered
            && self.hands_over() == before.hands_over();
        !self.opened.is_empty() && self.status != Status::Merged && !is_as_it_was
    }

    /// Takes over what holds now in the case it was opened from, or in the one that became part of; nothing if nothing
    /// follows. Whether the adult there is known may move it, which it says; the rest it keeps to itself.
    pub fn follow_source(&self, source: &Case, act: &mut Act<'_>) -> Option<CaseEvent> {
        let mut case = self.clone();
        let is_source = |id: &CaseId| *id == source.id || source.gathered.contains(id);
        for (_, taken_over) in case.follows.iter_mut().filter(|(id, _)| is_source(id)) {
            *taken_over = source.hands_over();
        }
        if case.follows == self.follows {
            return None;
        }
        if AdultThere::in_any(case.follows.values()) == AdultThere::in_any(self.follows.values()) {
            return Some(case.changed_behind(self, act));
        }
        let (before, after) = (self.route_now(act), case.route_now(act));
        case.exclusions = follow(&self.exclusions, &before.exclusions, &after.exclusions);
        case.look_behind(act);
        let mut notices = case.moves_where_the_route_leads(self, (&before, &after), act);
        notices.extend(case.told_in_place(self, act));
        let entry = Entry::new(Move::FollowSource).code(Label::Because, Phrase::SourceChanged);
        let entry = case.says_where_it_went(self, entry);
        let nobody = act.person();
        Some(CaseEvent::of(case, entry, act).by_nobody().telling(notices, nobody))
    }

    /// Whether what happened to it since bears on what is left of the cases that became part of it.
    pub fn takes_gathered_along(&self, before: &Case) -> bool {
        let is_as_it_was = self.gathered == before.gathered
            && self.follows == before.follows
            && self.behind == before.behind;
        !self.gathered.is_empty() && self.status != Status::Merged && !is_as_it_was
    }

    /// Takes over from the case it became part of who may see nothing of it, for what is left of it at its old address;
    /// nothing if that is as it was, or if it did not become part of another yet.
    pub fn follow_target(&self, target: &Case, act: &mut Act<'_>) -> Option<CaseEvent> {
        let mut case = self.clone();
        case.follows.clone_from(&target.follows);
        let is_as_it_was = case.follows == self.follows && case.behind_now(act) == self.behind;
        if self.status != Status::Merged || is_as_it_was {
            return None;
        }
        Some(case.changed_behind(self, act))
    }
}
