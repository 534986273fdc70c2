//! The fields an import can carry: what a column or an element of a file may stand for.

use crate::domain::kernel::codes::codes;

codes! {
    /// One thing a file can say of a person.
    Field {
        OwnId = "own_id", "identifier in that system";
        Upn = "upn", "unique pupil number (UPN)";
        FormerUpn = "former_upn", "former UPN";
        FullName = "full_name", "name (Surname, Forename)";
        FamilyName = "family_name", "legal surname";
        GivenName = "given_name", "legal forename";
        PreferredFamilyName = "preferred_family_name", "preferred surname";
        PreferredGivenName = "preferred_given_name", "preferred forename";
        BornOn = "born_on", "date of birth";
        YearGroup = "year_group", "year group";
        TutorGroup = "tutor_group", "tutor or registration group";
        Email = "email", "work e-mail address";
        Post = "post", "post or job title";
        SignInId = "sign_in_id", "identifier at the sign-in provider";
        Siblings = "siblings", "UPNs of brothers and sisters";
        StaffParents = "staff_parents", "work e-mail addresses of parents who are staff";
        LeftOn = "left_on", "date of leaving";
        Send = "send", "SEN provision";
        LookedAfter = "looked_after", "looked after";
        ChildInNeed = "child_in_need", "child in need";
        ProtectionPlan = "protection_plan", "child protection plan";
        SocialWorker = "social_worker", "has a social worker";
    }
}

impl Field {
    /// Whether it is a part of the name a person goes by.
    pub const fn is_a_name(self) -> bool {
        match self {
            Self::FullName
            | Self::FamilyName
            | Self::GivenName
            | Self::PreferredFamilyName
            | Self::PreferredGivenName => true,
            Self::OwnId
            | Self::Upn
            | Self::FormerUpn
            | Self::BornOn
            | Self::YearGroup
            | Self::TutorGroup
            | Self::Email
            | Self::Post
            | Self::SignInId
            | Self::Siblings
            | Self::StaffParents
            | Self::LeftOn
            | Self::Send
            | Self::LookedAfter
            | Self::ChildInNeed
            | Self::ProtectionPlan
            | Self::SocialWorker => false,
        }
    }

    /// Whether it is context of a child, shown only from inside a case and so not in a preview.
    pub const fn is_context(self) -> bool {
        match self {
            Self::Send
            | Self::LookedAfter
            | Self::ChildInNeed
            | Self::ProtectionPlan
            | Self::SocialWorker => true,
            Self::OwnId
            | Self::Upn
            | Self::FormerUpn
            | Self::FullName
            | Self::FamilyName
            | Self::GivenName
            | Self::PreferredFamilyName
            | Self::PreferredGivenName
            | Self::BornOn
            | Self::YearGroup
            | Self::TutorGroup
            | Self::Email
            | Self::Post
            | Self::SignInId
            | Self::Siblings
            | Self::StaffParents
            | Self::LeftOn => false,
        }
    }
}
