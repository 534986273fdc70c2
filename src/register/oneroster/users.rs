//! `users.csv` and `roles.csv`: who has which role in one school.

use super::{Bundle, NotOpened, Version, is_deleted, parts};
use crate::{
    domain::people::register::{
        incoming::Group,
        rejected::{Place, Rejection, Why, printable},
        values::date,
    },
    register::sheet::Row,
};
use chrono::NaiveDate;
use std::collections::{HashMap, HashSet};

/// What a role of the standard makes of somebody. None gives a duty: `administrator` and `principal` are posts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// A pupil: whoever is one here in any role is one.
    Pupil,
    /// A member of staff, by post.
    Staff(&'static str),
    /// A parent, carer or relative: not of the register, but tells who is close to whom.
    Family,
}

impl Role {
    /// The roles of 1.1 (`users.csv`) and 1.2 (`roles.csv`); none for an extension (`ext:`) or a wrong word.
    pub(super) fn parse(role: &str) -> Option<Self> {
        Some(match role.trim().to_lowercase().as_str() {
            "student" => Self::Pupil,
            "teacher" => Self::Staff("Teacher"),
            "aide" => Self::Staff("Teaching assistant"),
            "counselor" => Self::Staff("Counsellor"),
            "principal" => Self::Staff("Principal"),
            "proctor" => Self::Staff("Invigilator"),
            "administrator" | "siteadministrator" | "systemadministrator" | "districtadministrator" => {
                Self::Staff("Administrator")
            }
            "guardian" | "parent" | "relative" => Self::Family,
            _ => return None,
        })
    }

    pub(super) const fn group(self) -> Option<Group> {
        match self {
            Self::Pupil => Some(Group::Pupils),
            Self::Staff(_) => Some(Group::Adults),
            Self::Family => None,
        }
    }
}

/// The columns of `users.csv`.
pub(super) struct Columns {
    pub(super) id: usize,
    pub(super) status: Option<usize>,
    role: Option<usize>,
    orgs: Option<usize>,
    pub(super) given: usize,
    pub(super) family: usize,
    pub(super) preferred_given: Option<usize>,
    pub(super) preferred_family: Option<usize>,
    pub(super) identifier: Option<usize>,
    pub(super) user_ids: Option<usize>,
    pub(super) email: Option<usize>,
    pub(super) grades: Option<usize>,
    pub(super) agents: Option<usize>,
}

impl Columns {
    pub(super) fn of(bundle: &Bundle) -> Result<Self, NotOpened> {
        let users = &bundle.users;
        let (role, orgs) = match bundle.version {
            Version::V1p1 => (Some(users.required("role")?), Some(users.required("orgSourcedIds")?)),
            Version::V1p2 => (None, None),
        };
        Ok(Self {
            id: users.required("sourcedId")?,
            status: users.column("status"),
            role,
            orgs,
            given: users.required("givenName")?,
            family: users.required("familyName")?,
            preferred_given: users.column("preferredGivenName"),
            preferred_family: users.column("preferredFamilyName"),
            identifier: users.column("identifier"),
            user_ids: users.column("userIds"),
            email: users.column("email"),
            grades: users.column("grades"),
            agents: users.column("agentSourcedIds"),
        })
    }

    /// What a user is in the school: their role there, nothing where they have none, or why it cannot be told.
    pub(super) fn role_in(
        &self,
        row: &Row<'_>,
        school: Option<&str>,
        roles: Option<&Roles>,
    ) -> Result<Option<Role>, Rejection> {
        let id = row.cell(Some(self.id)).unwrap_or_default().trim();
        if let Some(roles) = roles {
            return Ok(roles.of_user.get(id).copied());
        }
        let mut orgs = parts(row.cell(self.orgs).unwrap_or_default());
        if school.is_some_and(|school| !orgs.any(|org| org == school)) {
            return Ok(None);
        }
        let role = row.cell(self.role).unwrap_or_default();
        known(&row.place, role)
    }
}

/// A role of the standard; an extension is nobody to us, and any other word is wrong.
fn known(place: &Place, role: &str) -> Result<Option<Role>, Rejection> {
    let wrong = || Rejection { value: Some(printable(role)), ..Rejection::of_row(place, Why::UnknownRole) };
    match (Role::parse(role), role.trim().to_lowercase().starts_with("ext:")) {
        (Some(role), _) => Ok(Some(role)),
        (None, true) => Ok(None),
        (None, false) => Err(wrong()),
    }
}

/// How a role counts among several of one user: the column `roleType`, where nothing else is said the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Weight {
    Primary,
    Secondary,
}

impl Weight {
    fn parse(kind: &str) -> Self {
        if kind.eq_ignore_ascii_case("secondary") { Self::Secondary } else { Self::Primary }
    }
}

/// `roles.csv` of 1.2: every user's role in the school.
pub(super) struct Roles {
    of_user: HashMap<String, Role>,
    /// Users named in any role anywhere: in a bundle of changes, whoever is in none cannot be told.
    named: HashSet<String>,
}

impl Roles {
    /// Reads the roles in the school that are not over. Of several, pupil goes before staff before family; of two
    /// posts, the primary one is kept.
    pub(super) fn read(
        bundle: &Bundle,
        school: Option<&str>,
        today: NaiveDate,
        rejected: &mut Vec<Rejection>,
    ) -> Result<Option<Self>, NotOpened> {
        let Some(sheet) = &bundle.roles else { return Ok(None) };
        let (user, role) = (sheet.required("userSourcedId")?, sheet.required("role")?);
        let (org, weight) = (sheet.required("orgSourcedId")?, sheet.column("roleType"));
        let (status, end) = (sheet.column("status"), sheet.column("endDate"));
        let mut best: HashMap<String, (Role, Weight)> = HashMap::new();
        let mut named = HashSet::new();
        let mut wrong = Vec::new();
        sheet.each(rejected, |row| {
            let cell = |column: Option<usize>| row.cell(column).unwrap_or_default().trim();
            named.insert(cell(Some(user)).to_owned());
            let over = date(cell(end)).is_some_and(|end| end < today);
            let is_elsewhere = school.is_some_and(|school| cell(Some(org)) != school);
            if over || is_elsewhere || is_deleted(cell(status)) {
                return;
            }
            match known(&row.place, cell(Some(role))) {
                Err(fault) => wrong.push(fault),
                Ok(None) => {}
                Ok(Some(role)) => {
                    let new = (role, Weight::parse(cell(weight)));
                    let best = best.entry(cell(Some(user)).to_owned()).or_insert(new);
                    *best = better(*best, new);
                }
            }
        })?;
        rejected.append(&mut wrong);
        Ok(Some(Self { of_user: best.into_iter().map(|(user, (role, _))| (user, role)).collect(), named }))
    }

    pub(super) fn names(&self, user: &str) -> bool {
        self.named.contains(user)
    }
}

/// The more telling of two roles.
fn better(one: (Role, Weight), other: (Role, Weight)) -> (Role, Weight) {
    let rank = |role: Role| match role {
        Role::Pupil => 0,
        Role::Staff(_) => 1,
        Role::Family => 2,
    };
    if (rank(other.0), other.1) < (rank(one.0), one.1) { other } else { one }
}
