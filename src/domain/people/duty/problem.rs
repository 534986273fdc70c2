//! Why a role was not given or ended, and a code or an account not touched, in the words people read.

use crate::domain::{
    kernel::{codes::problems, refusal},
    people::Desk,
};

/// Why nothing was done about a role.
pub type Refusal = refusal::Refusal<Problem>;

problems! {
    /// Why nothing was done about a role, a code or an account.
    Problem {
        CodeMakerRemoves = "code_maker_removes", "Only a person who may make a code for them can remove their account.";
        OwnCode = "own_code", "You cannot make a code for yourself. Ask another person who may.";
        AdministratorOrHeadCodes = "administrator_or_head_codes", "Only an administrator or the headteacher can make a code.";
        HeadCodes = "head_codes", "Only the headteacher can make a code for an administrator or a person who receives cases.";
        ChairCodes = "chair_codes", "Only the chair of governors can make a code for the headteacher or the external contact.";

        AdministratorProposes = "administrator_proposes", "Only an administrator can propose a change of roles.";
        OwnRolesProposed = "own_roles_proposed", "You cannot propose a change of your own roles. Ask another administrator.";
        OwnRoles = "own_roles", "You cannot decide about your own roles.";
        OwnProposal = "own_proposal", "You proposed this. Another person has to confirm it.";
        NotWaiting = "not_waiting", "This proposal can no longer be decided.";
        DeskDecides { desk: Desk } = "desk_decides", "Only the {desk} can decide about this.";
        DeskEnds { desk: Desk } = "desk_ends", "Only the {desk} can end this at once.";
        ProposerWithdraws = "proposer_withdraws", "Only the person who proposed it can withdraw it.";
        TakesTwo = "takes_two", "This takes two people: no one would be left in the role, or it is the headteacher, the chair of governors or the external contact. Ask an administrator to propose it.";
        LeftSince = "left_since", "They have left the school since this was proposed. Refuse it.";

        FirstDayOver = "first_day_over", "Enter a first day of today or later";
        LastDayOver = "last_day_over", "Enter a last day that is not before the first, and still to come";
        AbsenceEnds = "absence_ends", "Enter the last day of the absence";
        InspectionEnds = "inspection_ends", "Enter the last day of the inspection";
        InspectionTooLong = "inspection_too_long", "Enter an earlier last day: an inspector’s role lasts three months at most";
        AdministratorWithEnd = "administrator_with_end", "Leave the last day of an administrator empty. End it when the time comes";
        HasItAlready = "has_it_already", "Choose another role: they have this one already in that time";
        ThreePeople = "three_people", "Choose another person: headteacher, chair of governors and external contact must be three people, and so must those who stand in for them";
        InspectorAlone = "inspector_alone", "Choose another role: an inspector has no other role in the school";
        EndedAlready = "ended_already", "This role has ended already.";
        EndsBefore = "ends_before", "Enter an earlier day: this role ends before that one already";
        LastAdministrator = "last_administrator", "The last administrator cannot go. First make another person an administrator, who has entered their code.";
    }
}
