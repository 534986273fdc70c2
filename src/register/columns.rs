//! Which column of a list is which of our fields: guessed from known headings, confirmed by a person.
//!
//! Where the headings come from:
//! - SIMS: reports name the fields of its pupil record, "Legal Surname", "Preferred Forename", "Reg Group", "Adno"
//!   (SIMS 7 "Applicant Format" on sims-partners.com; the fields that integrations list: Admissions Number, Person ID).
//! - Arbor: custom reports, "Arbor Student ID", "Legal First Name", "Year group(s) this academic year", "Registration
//!   form" (support.arbor-education.com).
//! - Bromcom: list reports, "Legal Last Name", "Preferred First Name", "Tutor Group", "Admission Number"
//!   (docs.bromcom.com, "How to Import Access Arrangements in Bulk").
//!
//! Schools name columns of reports as they like, so a guess is a beginning: it is shown with the first rows
//! ([`super::List::sample`]), and what a person confirms is checked ([`ColumnMatch::check`]).

use crate::domain::{
    kernel::codes::problems,
    people::register::{field::Field, incoming::Group, source::Source},
};
use std::{collections::BTreeMap, fmt};

/// Headings we know, without capitals, spaces and signs. For one field the first found in this order is taken, so that
/// a system's own number goes before an admission number, and a legal name before a name of no kind.
const KNOWN: &[(Field, &[&str])] = &[
    (
        Field::OwnId,
        &[
            "arborstudentid",
            "arborstaffid",
            "arborid",
            "bromcomid",
            "simsid",
            "personid",
            "studentid",
            "pupilid",
            "staffid",
            "misid",
            "externalid",
            "staffcode",
            "adno",
            "admissionno",
            "admissionnumber",
            "admissionsnumber",
            "id",
        ],
    ),
    (Field::Upn, &["upn", "uniquepupilnumber", "uniquepupilnumberupn"]),
    (Field::FormerUpn, &["formerupn", "previousupn"]),
    (
        Field::FamilyName,
        &["legalsurname", "legallastname", "legalfamilyname", "surname", "lastname", "familyname"],
    ),
    (
        Field::GivenName,
        &["legalforename", "legalfirstname", "legalgivenname", "forename", "firstname", "givenname"],
    ),
    (
        Field::PreferredFamilyName,
        &["preferredsurname", "preferredlastname", "knownaslastname", "knownassurname", "chosensurname"],
    ),
    (
        Field::PreferredGivenName,
        &["preferredforename", "preferredfirstname", "knownasfirstname", "knownas", "chosenforename"],
    ),
    (
        Field::FullName,
        &[
            "legalname",
            "fullname",
            "name",
            "pupilname",
            "studentname",
            "staffname",
            "legalfullname",
            "preferredname",
        ],
    ),
    (Field::BornOn, &["dob", "dateofbirth", "birthdate", "birthday"]),
    (
        Field::YearGroup,
        &[
            "yeargroup",
            "year",
            "yeartaughtin",
            "ncyear",
            "ncyearactual",
            "nationalcurriculumyear",
            "curriculumyear",
            "yeargroupsthisacademicyear",
            "yeargroupstoday",
            "ncyearsfortoday",
            "yr",
        ],
    ),
    (
        Field::TutorGroup,
        &[
            "reggroup",
            "registrationgroup",
            "reg",
            "registrationform",
            "registrationformsthisacademicyear",
            "form",
            "formgroup",
            "tutorgroup",
            "tutorgroupname",
            "class",
            "classname",
        ],
    ),
    (
        Field::Email,
        &[
            "workemail",
            "workemailaddress",
            "staffemail",
            "emailaddress",
            "email",
            "primaryemail",
            "emailwork",
        ],
    ),
    (Field::Post, &["post", "posts", "jobtitle", "role", "position", "roledescription", "businessroles"]),
    (
        Field::SignInId,
        &["entraobjectid", "azureadobjectid", "azureobjectid", "objectid", "oid", "entraid", "signinid"],
    ),
    (Field::Siblings, &["siblingupns", "siblingsupns", "siblings"]),
    (Field::StaffParents, &["staffparents", "staffparentemail", "parentstaffemail"]),
    (Field::LeftOn, &["dateofleaving", "leavingdate", "dol", "leftdate", "enddate", "employmentenddate"]),
    (
        Field::Send,
        &["senstatus", "senprovision", "sen", "send", "sencodeofpractice", "senneedstatus", "senstage"],
    ),
    (
        Field::LookedAfter,
        &["lookedafter", "incare", "lac", "cla", "childlookedafter", "lookedafterchild", "incarestatus"],
    ),
    (Field::ChildInNeed, &["childinneed", "cin"]),
    (
        Field::ProtectionPlan,
        &["childprotectionplan", "protectionplan", "cpplan", "subjecttochildprotectionplan"],
    ),
    (Field::SocialWorker, &["socialworker", "hassocialworker", "currentsocialworker"]),
];

/// Which column is which field, and whose list it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnMatch {
    /// Where the list comes from: identifiers of one system mean nothing in another.
    pub source: Source,
    /// Whether it is a list of pupils or of staff.
    pub group: Group,
    /// The place of the column of each field, counted from nought.
    pub columns: BTreeMap<Field, usize>,
}

problems! {
    /// Why matched columns do not make a list.
    #[derive(Copy)]
    Unmatched {
        Name = "name", "Say which columns hold surname and forename, or which one holds both.";
        /// Nothing by which a pupil would be known next time.
        Pupil = "pupil", "Say which column holds the UPN, the date of birth or the system's own number.";
        /// Nothing by which staff would be known next time.
        Staff = "staff", "Say which column holds the work e-mail address or the system's own number.";
        Twice = "twice", "One column is chosen twice. Choose a column once.";
        /// A column the list does not have.
        Beyond = "beyond", "A chosen column is not in the list. Choose the columns again.";
    }
}

impl ColumnMatch {
    /// Guesses from headings.
    pub fn guess(headings: &[String]) -> Self {
        let bare: Vec<String> = headings.iter().map(|heading| bare(heading)).collect();
        let mut columns: BTreeMap<Field, usize> = BTreeMap::new();
        for (field, known) in KNOWN {
            let place = |known: &&str| bare.iter().position(|heading| heading == known);
            let free = |place: &usize| !columns.values().any(|taken| taken == place);
            if let Some(place) = known.iter().filter_map(place).find(free) {
                columns.insert(*field, place);
            }
        }
        if columns.contains_key(&Field::FamilyName) && columns.contains_key(&Field::GivenName) {
            columns.remove(&Field::FullName);
        }
        let group = group_of(&bare, &columns);
        columns.retain(|field, _| is_of(*field, group));
        Self { source: source_of(&bare), group, columns }
    }

    /// Whether the columns make a list.
    pub fn check(&self, headings: usize) -> Result<(), Unmatched> {
        let has = |field| self.columns.contains_key(&field);
        let any = |fields: &[Field]| fields.iter().any(|field| has(*field));
        let mut places: Vec<usize> = self.columns.values().copied().collect();
        places.sort_unstable();
        let is_twice = places.windows(2).any(|pair| pair[0] == pair[1]);
        let is_named = has(Field::FullName) || (has(Field::FamilyName) && has(Field::GivenName));
        let is_known = match self.group {
            Group::Pupils => {
                any(&[Field::Upn, Field::BornOn, Field::OwnId]).then_some(()).ok_or(Unmatched::Pupil)
            }
            Group::Adults => {
                any(&[Field::Email, Field::OwnId, Field::SignInId]).then_some(()).ok_or(Unmatched::Staff)
            }
        };
        if is_twice {
            Err(Unmatched::Twice)
        } else if places.last().is_some_and(|last| *last >= headings) {
            Err(Unmatched::Beyond)
        } else if !is_named {
            Err(Unmatched::Name)
        } else {
            is_known
        }
    }
}

/// Whether a field is one a list of pupils, or of staff, can have.
pub fn is_of(field: Field, group: Group) -> bool {
    let of_pupils = field.is_context()
        || matches!(field, Field::Upn | Field::FormerUpn | Field::YearGroup | Field::TutorGroup)
        || matches!(field, Field::Siblings | Field::StaffParents);
    let of_staff = matches!(field, Field::Email | Field::Post | Field::SignInId);
    match group {
        Group::Pupils => !of_staff,
        Group::Adults => !of_pupils,
    }
}

/// Whether a row looks like headings: two that are known.
pub(super) fn looks_like_headings(cells: &[String]) -> bool {
    let is_known = |cell: &&String| {
        let bare = bare(cell);
        KNOWN.iter().any(|(_, known)| known.contains(&bare.as_str()))
    };
    cells.iter().filter(is_known).take(2).count() == 2
}

fn bare(heading: &str) -> String {
    heading.chars().filter(|c| c.is_alphanumeric()).take(60).flat_map(char::to_lowercase).collect()
}

/// Whose headings these are. Where two systems share a word, what only one of them says goes first.
fn source_of(bare: &[String]) -> Source {
    let has = |known: &[&str]| bare.iter().any(|heading| known.contains(&heading.as_str()));
    let names = |system: &str| bare.iter().any(|heading| heading.starts_with(system));
    let only_bromcom = has(&["tutorgroup", "tutorgroupname"]);
    let only_arbor =
        has(&["registrationform", "yeargroupsthisacademicyear", "ncyearsfortoday", "legalfirstname"]);
    let only_sims = has(&["reggroup", "adno", "legalforename", "preferredforename", "yeartaughtin"]);
    match (names("arbor"), names("bromcom") || only_bromcom, only_arbor, only_sims) {
        (true, _, _, _) => Source::Arbor,
        (false, true, _, _) => Source::Bromcom,
        (false, false, true, _) => Source::Arbor,
        (false, false, false, true) => Source::Sims,
        (false, false, false, false) => Source::Csv,
    }
}

fn group_of(bare: &[String], columns: &BTreeMap<Field, usize>) -> Group {
    let is_pupils = [Field::Upn, Field::YearGroup].iter().any(|field| columns.contains_key(field));
    let is_staff = bare.iter().any(|heading| heading.contains("staff") && !heading.contains("parent"))
        || [Field::Post, Field::Email].iter().all(|field| columns.contains_key(field));
    match (is_pupils, is_staff, columns.contains_key(&Field::Email)) {
        (true, _, _) | (false, false, false) => Group::Pupils,
        (false, true, _) | (false, false, true) => Group::Adults,
    }
}

impl fmt::Display for ColumnMatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pairs: Vec<String> =
            self.columns.iter().map(|(field, place)| format!("{}={}", field.code(), place + 1)).collect();
        f.write_str(&pairs.join(","))
    }
}
