//! Why a case is where it is: what a route says of itself, naming desks and never people.

use crate::domain::{
    kernel::codes::{codes, sentences},
    people::Desk,
};

codes! {
    /// Why a desk is asked to lead, or is told as well.
    Because {
        Category = "category", "in this category";
        AboutAnAdult = "about_an_adult", "because it is about something an adult here did";
        SetByTheSchool = "set_by_the_school", "because it is about something an adult here did, as this school has set";
        AboutAPupil = "about_a_pupil", "because it is about a pupil";
        PersonalData = "personal_data", "because personal data is involved";
        Unmatched = "unmatched", "because it is not known yet which adult it is about";
        Waits = "waits", "because it is not known yet whether an adult here has to do with it";
        CouldBeAnyone = "could_be_anyone", "because it could be about anyone who has it";
        NetworkExcluded = "network_excluded", "because the network manager may not deal with this";
        Then = "then", "too";
    }
}

codes! {
    /// Who acts at a desk.
    StandIn {
        /// The holders.
        No = "no", "";
        Deputies = "deputies", "; the deputies act, as no one has the role at present";
    }
}

sentences! {
    /// Why a desk is passed by.
    Cause {
        Vacant { desk: Desk } = "vacant", "there is no {desk} at present";
        Excluded { desk: Desk } = "excluded", "the {desk} may not deal with this";
    }
}

sentences! {
    /// Why a case is with a desk, or is not. It may tell of an exclusion, so it is only for pages inside the case,
    /// never for a receipt, a technical view, health or an e-mail.
    Reason {
        AskedFirst { desk: Desk, because: Because } = "asked_first", "The {desk} is asked first {because}";
        Leads { desk: Desk, because: Because, stand_in: StandIn } = "leads", "The {desk} leads {because}{stand_in}";
        LeadsInPlace { desk: Desk, other: Desk, causes: Vec<Cause>, stand_in: StandIn }
            = "leads_in_place", "The {desk} leads in place of the {other}: {causes}{stand_in}";
        NobodyLeads { causes: Vec<Cause> } = "nobody_leads", "No one here can lead it: {causes}";
        Copied { desk: Desk, because: Because, stand_in: StandIn } = "copied", "The {desk} is copied {because}{stand_in}";
        CopiedInPlace { desk: Desk, other: Desk, causes: Vec<Cause>, stand_in: StandIn }
            = "copied_in_place", "The {desk} is copied in place of the {other}: {causes}{stand_in}";
        NotCopied { desk: Desk, causes: Vec<Cause> } = "not_copied", "The {desk} is not copied: {causes}";
        OtherHasIt { desk: Desk, other: Desk, causes: Vec<Cause> }
            = "other_has_it", "The {desk} is not copied, and the {other} has it already: {causes}";
        LeftOut { desk: Desk, because: Because } = "left_out", "The {desk} is left out {because}";
        MayRead { desk: Desk } = "may_read", "The {desk} may read it and is not told";
        OthersWaitForMatch
            = "others_wait_for_match", "No one else is told until the adult it is about is matched to a person";
        OthersWait = "others_wait", "No one else is told until that is known";
        OthersWaitUntilSettled
            = "others_wait_until_settled", "No deputy and no one else is told until it is settled whom it could be about";
        NotAcknowledged { desk: Desk, silent: Desk }
            = "not_acknowledged", "The {desk} is told as well because the {silent} has not acknowledged it";
        NotReached { desk: Desk, silent: Desk }
            = "not_reached", "The {desk} is told as well because no e-mail has reached the {silent}";
        Stays { desk: Desk, other: Desk }
            = "stays", "The {desk} leads: a case stays where it was triaged or sent until it is reassigned. By its \
                        category the {other} would lead";
        StaysWithCopy { desk: Desk, other: Desk }
            = "stays_with_copy", "The {desk} leads: a case stays where it was triaged or sent until it is reassigned. By its \
                                  category the {other} would lead, and is copied";
        Reassigned { desk: Desk } = "reassigned", "Reassigned to the {desk} by the lead before";
        KeptForLado = "kept_for_lado", "The concern is kept, and the reporter is given the LADO's number";
    }
}

impl Reason {
    /// The desk it is about.
    pub const fn desk(&self) -> Option<Desk> {
        match self {
            Self::AskedFirst { desk, .. }
            | Self::Leads { desk, .. }
            | Self::LeadsInPlace { desk, .. }
            | Self::Copied { desk, .. }
            | Self::CopiedInPlace { desk, .. }
            | Self::NotCopied { desk, .. }
            | Self::OtherHasIt { desk, .. }
            | Self::LeftOut { desk, .. }
            | Self::MayRead { desk }
            | Self::NotAcknowledged { desk, .. }
            | Self::NotReached { desk, .. }
            | Self::Stays { desk, .. }
            | Self::StaysWithCopy { desk, .. }
            | Self::Reassigned { desk } => Some(*desk),
            Self::NobodyLeads { .. }
            | Self::OthersWaitForMatch
            | Self::OthersWait
            | Self::OthersWaitUntilSettled
            | Self::KeptForLado => None,
        }
    }

    /// Whether it tells of the case it was opened from: that an adult there is not known yet.
    pub fn tells_of_another_case(&self) -> bool {
        match self {
            Self::AskedFirst { because, .. }
            | Self::Leads { because, .. }
            | Self::Copied { because, .. }
            | Self::LeftOut { because, .. } => *because == Because::Waits,
            Self::OthersWait => true,
            Self::LeadsInPlace { .. }
            | Self::NobodyLeads { .. }
            | Self::CopiedInPlace { .. }
            | Self::NotCopied { .. }
            | Self::OtherHasIt { .. }
            | Self::MayRead { .. }
            | Self::OthersWaitForMatch
            | Self::OthersWaitUntilSettled
            | Self::NotAcknowledged { .. }
            | Self::NotReached { .. }
            | Self::Stays { .. }
            | Self::StaysWithCopy { .. }
            | Self::Reassigned { .. }
            | Self::KeptForLado => false,
        }
    }

    /// The reason, once the condition it names has been said.
    pub fn after_saying(mut self, said: Because) -> Self {
        if let Self::Copied { because, .. } = &mut self
            && *because == said
        {
            *because = Because::Then;
        }
        self
    }
}
