//! Who answers which question, and who decides whether the Information Commissioner (ICO) is told.
//!
//! Threshold, crime, Prevent and parents are for the DSL or the head (Workflow, triage). Whether personal data was
//! lost is for the desk the clock of 72 hours runs for, if the reporter said so or the category asks it: the lead ends
//! no other desk's clock.

use crate::domain::case::{Answer, Asking, Case, Question, Sight};
use crate::domain::{
    case::{lifecycle::workflow::Who, work::referral::Body},
    people::Desk,
    school::{
        categories::{CategoryCode, Decision},
        routing::PersonalData,
    },
};

impl Case {
    /// The desk a question is put to when this person triages under this category; none if they answer it themselves.
    pub fn put_at_triage(&self, question: Question, category: CategoryCode, by: &Asking<'_>) -> Option<Desk> {
        let case = self.under(category, by);
        let is_theirs = match question {
            Question::Threshold | Question::Crime | Question::Prevent | Question::Parents => {
                self.answers_for_itself(by)
            }
            Question::PersonalData => !case.calls_for_data() || case.decides_about_data(by),
            Question::SafeNow | Question::Wishes => true,
        };
        (!is_theirs).then(|| case.desk_to_ask(question, by))
    }

    /// The case as it would be under another category: with its desks, and the same lead, which keeps it at triage.
    fn under(&self, category: CategoryCode, by: &Asking<'_>) -> Self {
        if category == self.category {
            return self.clone();
        }
        let mut case = Self { category, ..self.clone() };
        let route = case.route_now(by);
        case.take_route(&route);
        case.exclusions.extend(self.exclusions.clone());
        if case.lead() != self.lead() {
            case.lead_from(self.lead());
        }
        case.keep_the_desks_that_are_asked();
        case
    }

    /// Whether the questions for the DSL or the head are this person's to answer.
    pub fn answers_for_itself(&self, by: &Asking<'_>) -> bool {
        let is_asked = |(question, answer): (&Question, &Answer)| match answer {
            Answer::Waiting(desk) => question.is_for_dsl_or_head() && self.serves(by.standing, *desk),
            Answer::Given { .. } => false,
        };
        self.is_head(by)
            || self.is_dsl(by)
            || self.leads_as_last_resort(by)
            || self.questions.iter().any(is_asked)
    }

    /// Whether a question that waits for its answer is this person's to answer.
    pub fn may_answer(&self, question: Question, by: &Asking<'_>) -> bool {
        let Some(Answer::Waiting(desk)) = self.questions.get(&question) else { return false };
        let is_theirs = match question {
            Question::PersonalData => self.decides_about_data(by),
            Question::SafeNow
            | Question::Wishes
            | Question::Threshold
            | Question::Crime
            | Question::Prevent
            | Question::Parents => self.answers_for_itself(by),
        };
        is_theirs || self.serves(by.standing, *desk)
    }

    /// Whether the reporter said that personal data was lost, or the category asks whether the ICO must be told.
    pub fn calls_for_data(&self) -> bool {
        self.personal_data == PersonalData::Involved
            || self.category.category().decisions.contains(&Decision::Ico)
    }

    /// The desk the clocks of the ICO run for: the senior information risk owner's, else the data protection
    /// officer's, of those that have the case and can open it; if neither has, the desk that leads.
    pub fn information_desk(&self, by: &Asking<'_>) -> Desk {
        let opens = |person| self.sight_of(person, by) == Some(Sight::Full);
        let acts =
            |desk: &Desk| self.desks.contains_key(desk) && self.acting_at(*desk, by).into_iter().any(opens);
        let theirs = [Desk::InformationRisk, Desk::DataProtection].into_iter().find(acts);
        theirs.unwrap_or_else(|| self.lead())
    }

    /// Whether telling the ICO or not is this person's decision: the desk its clocks run for, or the owner and the
    /// desk that leads if neither desk for data has the case.
    pub(in crate::domain::case) fn decides_about_data(&self, by: &Asking<'_>) -> bool {
        match self.information_desk(by) {
            desk @ (Desk::InformationRisk | Desk::DataProtection) => self.serves(by.standing, desk),
            Desk::Dsl
            | Desk::OnlineSafety
            | Desk::Network
            | Desk::Head
            | Desk::Slt
            | Desk::Chair
            | Desk::External => self.is(Who::LeadDeskOrOwner, by),
        }
    }

    /// Whether it is still open whether personal data was lost, or whether the ICO is told.
    pub fn waits_for_data(&self) -> bool {
        self.calls_for_data() && !self.is_decided(Decision::Ico)
    }

    /// The clocks of the ICO follow the desk whose decision it is.
    pub(in crate::domain::case) fn put_data_clocks_to_their_desk(&mut self, by: &Asking<'_>) {
        let desk = self.information_desk(by);
        self.dues.hand_to(desk, |due| {
            Body::asked_by(due.deadline.kind).and_then(Body::decides) == Some(Decision::Ico)
        });
    }
}
