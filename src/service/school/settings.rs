//! What a school changes for itself: looked at, proposed, previewed, approved or refused; and who is on call
//! today.

use super::calendar;
use crate::service::{Candour, Op, Result, ServiceError};
use crate::{
    domain::{
        audit::{SchoolAct, SchoolFact},
        case::Setting,
        kernel::{
            ids::{PersonId, ProposalId, Random},
            text::Summary,
        },
        people::{
            Desk, Roster, duty,
            register::choosing::{ToChoose, to_choose},
        },
        school::{
            categories::CategoryCode,
            preview::{self, Preview},
            routes::{Question, explain_one},
            settings::{
                self, Decision, Edition, Editions, OnDuty, Phone, Problem, Proposal, Refusal, SettingsChange,
                Starts, State,
            },
            staffing::{self, Gap},
        },
    },
    store::{
        Tx,
        case::setting,
        concern::forms::Form,
        people::{name_keys, staff},
        record::{audit, outbox},
        school::{on_duty, proposals, schools},
    },
};
use sha2::{Digest, Sha256};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// How many decided proposals and days on call a page looks back on.
const LOOK_BACK: i64 = 100;

/// A school's rules, as a page of settings starts from them.
#[derive(Debug, Clone)]
pub struct Rules {
    /// The rules in force now.
    pub edition: Edition,
    /// Every edition.
    pub editions: Arc<Editions>,
    /// Proposals that wait, the oldest first.
    pub waiting: Vec<Proposal>,
    /// The roster.
    pub roster: Roster,
    /// Who is on call today, if that was entered.
    pub on_duty: Option<OnDuty>,
    /// Names of everybody at a desk and of everybody who proposed something that waits.
    pub names: BTreeMap<PersonId, String>,
}

impl Rules {
    /// A person's name.
    pub fn name(&self, person: PersonId) -> String {
        named(&self.names, person)
    }
}

fn named(names: &BTreeMap<PersonId, String>, person: PersonId) -> String {
    names.get(&person).cloned().unwrap_or_else(|| "A person who has left".to_owned())
}

/// The rules in force and what waits.
pub fn rules(candour: &Candour, op: &Op) -> Result<Rules> {
    candour.read(|tx| {
        let waiting = proposals::waiting(tx, &op.viewer)?;
        let said = on_duty::last(tx, op.viewer.school())?;
        let proposers = waiting.iter().map(|proposal| proposal.by).collect();
        let (setting, names) = setting::with_names(tx, &op.viewer, &proposers)?;
        let roster = setting.roster;
        Ok(Rules {
            edition: op.viewer.editions().at(op.now),
            editions: Arc::clone(op.viewer.editions()),
            waiting,
            on_duty: said.filter(|said| said.holds(op.now, &roster)),
            names,
            roster,
        })
    })
}

/// Where a concern of a category goes now, in words.
pub fn goes_to(candour: &Candour, op: &Op, code: CategoryCode) -> Result<Vec<String>> {
    candour.read(|tx| {
        let setting = setting::read(tx, op.viewer.school(), op.now)?;
        let edition = setting.editions.at(op.now);
        let names = names_at_desks(tx, op, &setting.roster)?;
        let name = |person| named(&names, person);
        let row = explain_one(&question(&setting, &edition, &name), code);
        Ok(row.sentences().collect())
    })
}

fn names_at_desks(tx: &mut Tx<'_>, op: &Op, roster: &Roster) -> Result<BTreeMap<PersonId, String>> {
    let people = roster.sittings().iter().map(|sitting| sitting.person).collect();
    Ok(staff::names(tx, &op.viewer, &people)?)
}

fn question<'a>(
    setting: &'a Setting,
    edition: &'a Edition,
    names: &'a dyn Fn(PersonId) -> String,
) -> Question<'a> {
    Question { roster: &setting.roster, names, if_subject: None, edition }
}

/// What an administrator asks for.
#[derive(Debug, Clone)]
pub struct Wish {
    /// What.
    pub change: SettingsChange,
    /// Why.
    pub why: Summary,
    /// From when.
    pub starts: Starts,
    /// The version of the rules on the page it was written on.
    pub version: usize,
}

impl Wish {
    fn proposal(&self, op: &Op, setting: &Setting, random: &mut dyn Random) -> Result<Proposal> {
        if setting.editions.version() != self.version {
            return Err(ServiceError::Stale);
        }
        let id = ProposalId::draw(op.now, random);
        let standing = op.viewer.standing();
        let asked = (&self.why, self.starts);
        let editions = &setting.editions;
        Ok(settings::propose(id, self.change.clone(), asked, standing, &setting.roster, editions)?)
    }
}

/// What a wish would do, without storing it.
pub fn try_out(candour: &Candour, op: &Op, wish: &Wish, random: &mut dyn Random) -> Result<Preview> {
    candour.read(|tx| {
        let setting = setting::read(tx, op.viewer.school(), op.now)?;
        let proposal = wish.proposal(op, &setting, random)?;
        preview_of(tx, op, &setting, &proposal)
    })
}

fn preview_of(tx: &mut Tx<'_>, op: &Op, setting: &Setting, proposal: &Proposal) -> Result<Preview> {
    let (before, after) = proposal.before_and_after(&setting.editions, op.now);
    let names = names_at_desks(tx, op, &setting.roster)?;
    let name = |person| named(&names, person);
    Ok(preview::preview(&proposal.change, &before, &after, &question(setting, &before, &name)))
}

/// Proposes a change, and tells those who have to approve it.
pub fn propose(candour: &Candour, op: &Op, wish: &Wish, form: &Form, random: &mut dyn Random) -> Result<()> {
    candour.once(op, form, |tx| {
        let setting = setting::read(tx, op.viewer.school(), op.now)?;
        let proposal = wish.proposal(op, &setting, random)?;
        proposals::add(tx, &op.viewer, &proposal)?;
        let desk = settings::approving_desk(&setting.roster, proposal.by);
        for person in desk.into_iter().flat_map(|desk| setting.roster.holders(desk)) {
            outbox::ask(tx, (op.viewer.school(), person), op.now, random)?;
        }
        write_audit(tx, op, SchoolAct::ProposedSettings, &proposal)?;
        Ok(proposal.id.to_string())
    })
}

/// Writes what was proposed or decided to the audit log: its subject, and a digest of the whole document,
/// whose words stand elsewhere.
fn write_audit(tx: &mut Tx<'_>, op: &Op, act: SchoolAct, proposal: &Proposal) -> Result<()> {
    let document = serde_json::to_vec(proposal).map_err(crate::store::StoreError::unavailable)?;
    let digest: String = Sha256::digest(&document).iter().map(|byte| format!("{byte:02x}")).collect();
    let mut facts = vec![
        SchoolFact::Setting(proposal.change.subject()),
        SchoolFact::Proposal(proposal.id),
        SchoolFact::ProposedBy(proposal.by),
        SchoolFact::Sha256(digest),
    ];
    if let State::Approved { from, .. } = &proposal.state {
        facts.push(SchoolFact::From(*from));
    }
    Ok(audit::write_school_act(tx, &op.viewer, act, &facts)?)
}

/// Proposals as their page lists them.
#[derive(Debug, Clone)]
pub struct ProposalList {
    /// Those that wait, the oldest first, and whether the viewer decides on each.
    pub waiting: Vec<(Proposal, Yours)>,
    /// Those that were decided, the latest first.
    pub decided: Vec<Proposal>,
    /// Names of everybody who proposed or decided one.
    pub names: BTreeMap<PersonId, String>,
}

impl ProposalList {
    /// A person's name.
    pub fn name(&self, person: PersonId) -> String {
        named(&self.names, person)
    }
}

/// Whether a proposal is for the viewer to decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Yours {
    /// It is.
    Decide,
    /// It is another person's.
    Look,
}

fn whose(proposal: &Proposal, op: &Op, roster: &Roster) -> Yours {
    if proposal.is_for(op.viewer.standing(), roster) { Yours::Decide } else { Yours::Look }
}

/// What waits and what was decided.
pub fn proposals(candour: &Candour, op: &Op) -> Result<ProposalList> {
    candour.read(|tx| {
        let roster = staff::roster(tx, op.viewer.school(), op.now)?;
        let waiting = proposals::waiting(tx, &op.viewer)?;
        let decided = proposals::decided(tx, &op.viewer, LOOK_BACK)?;
        let people = waiting.iter().chain(&decided).flat_map(people_of).collect();
        let names = staff::names(tx, &op.viewer, &people)?;
        let waiting = waiting.into_iter().map(|proposal| {
            let yours = whose(&proposal, op, &roster);
            (proposal, yours)
        });
        Ok(ProposalList { waiting: waiting.collect(), decided, names })
    })
}

fn people_of(proposal: &Proposal) -> Vec<PersonId> {
    match &proposal.state {
        State::Waiting => vec![proposal.by],
        State::Approved { by, .. } | State::Refused { by, .. } | State::Withdrawn { by, .. } => {
            vec![proposal.by, *by]
        }
    }
}

/// What a desk's page shows beside its cases.
pub(crate) struct Beside {
    /// How many changes of settings wait for the viewer to decide.
    pub(crate) proposals: usize,
    /// The names asked for.
    pub(crate) owners: BTreeMap<PersonId, String>,
    /// What is missing in the roster, for those who can see that it is mended.
    pub(crate) gaps: Vec<Gap>,
}

/// What waits for the viewer to decide, and what is missing in the roster, with the names of `ids`: one
/// statement for all of it.
pub(crate) fn beside_a_desk(tx: &mut Tx<'_>, op: &Op, ids: &BTreeSet<PersonId>) -> Result<Beside> {
    let standing = op.viewer.standing();
    if !duty::may_mend(standing) {
        let owners = staff::names(tx, &op.viewer, ids)?;
        return Ok(Beside { proposals: 0, owners, gaps: Vec::new() });
    }
    let deciding = proposals::deciding(tx, &op.viewer, ids)?;
    let is_theirs = |proposer: &&PersonId| settings::decides(standing, **proposer, &deciding.roster);
    Ok(Beside {
        proposals: deciding.proposers.iter().filter(is_theirs).count(),
        gaps: staffing::gaps(&deciding.roster, &op.viewer.editions().at(op.now)),
        owners: deciding.names,
    })
}

/// One proposal with what it does.
#[derive(Debug, Clone)]
pub struct ProposalView {
    /// The proposal.
    pub proposal: Proposal,
    /// What it does; while it waits, also where a concern would go were it approved now.
    pub preview: Preview,
    /// Whether the viewer decides on it.
    pub yours: Yours,
    /// The desk that decides.
    pub desk: Option<Desk>,
    /// The version of the rules the preview starts from.
    pub version: usize,
    /// Names of who proposed and decided it.
    pub names: BTreeMap<PersonId, String>,
}

impl ProposalView {
    /// A person's name.
    pub fn name(&self, person: PersonId) -> String {
        named(&self.names, person)
    }
}

/// Opens a proposal.
pub fn proposal(candour: &Candour, op: &Op, id: ProposalId) -> Result<ProposalView> {
    candour.read(|tx| {
        let proposal = proposals::find(tx, &op.viewer, id)?;
        let setting = setting::read(tx, op.viewer.school(), op.now)?;
        let preview = preview_of(tx, op, &setting, &proposal)?;
        let preview = match proposal.state {
            State::Waiting => preview,
            // The roster has changed since: a route of today would say nothing of that day.
            State::Approved { .. } | State::Refused { .. } | State::Withdrawn { .. } => {
                Preview { route: None, ..preview }
            }
        };
        let people = people_of(&proposal).into_iter().collect();
        Ok(ProposalView {
            yours: whose(&proposal, op, &setting.roster),
            desk: settings::approving_desk(&setting.roster, proposal.by),
            version: setting.editions.version(),
            names: staff::names(tx, &op.viewer, &people)?,
            preview,
            proposal,
        })
    })
}

/// Approves or refuses. `version` is of the page that was looked at: if the rules have changed since, so has
/// what the proposal would do, and it is [`ServiceError::Stale`].
pub fn decide(
    candour: &Candour,
    op: &Op,
    id: ProposalId,
    (decision, why): (Decision, Option<&Summary>),
    version: usize,
    random: &mut dyn Random,
) -> Result<()> {
    candour.write(|tx| {
        let proposal = proposals::find_to_decide(tx, &op.viewer, id)?;
        let school = schools::find_to_change(tx, op.viewer.school())?;
        let roster = staff::roster(tx, op.viewer.school(), op.now)?;
        let standing = op.viewer.standing();
        let (decided, act) = match (decision, why) {
            (Decision::Approve, Some(_) | None) => {
                let (decided, editions) = proposal.approve(standing, &roster, &school.editions)?;
                if school.editions.version() != version {
                    return Err(ServiceError::Stale);
                }
                schools::set_editions(tx, school.id, &editions)?;
                if let SettingsChange::Calendar(change) = &decided.change {
                    change.starts_from(&school.calendar)?;
                    calendar::put(tx, op, &change.to, random)?;
                }
                (decided, SchoolAct::ApprovedSettings)
            }
            (Decision::Refuse, Some(why)) => {
                (proposal.refuse(why, standing, &roster)?, SchoolAct::RefusedSettings)
            }
            (Decision::Refuse, None) => {
                return Err(Refusal::field("why-not", Problem::WhyRefused).into());
            }
        };
        proposals::decide(tx, &op.viewer, &decided)?;
        write_audit(tx, op, act, &decided)
    })
}

/// Takes a proposal back, for its proposer, while it is not decided.
pub fn withdraw(candour: &Candour, op: &Op, id: ProposalId, form: &Form) -> Result<()> {
    candour.once(op, form, |tx| {
        let withdrawn = proposals::find_to_decide(tx, &op.viewer, id)?.withdraw(op.viewer.standing())?;
        proposals::decide(tx, &op.viewer, &withdrawn)?;
        write_audit(tx, op, SchoolAct::WithdrewSettings, &withdrawn)?;
        Ok(id.to_string())
    })
}

/// Who may be on call, to choose one of: everyone at the DSL's desk.
pub fn who_may_be_on_call(candour: &Candour, op: &Op) -> Result<Vec<ToChoose>> {
    candour.read(|tx| {
        let people = staff::roster(tx, op.viewer.school(), op.now)?.everyone_at(Desk::Dsl);
        Ok(to_choose(name_keys::of_ids(tx, &op.viewer, &people)?))
    })
}

/// Records who is on call today, as a member of the DSL's desk says it.
pub fn say_on_duty(
    candour: &Candour,
    op: &Op,
    person: PersonId,
    phone: Option<Phone>,
    form: &Form,
) -> Result<()> {
    candour.once(op, form, |tx| {
        let roster = staff::roster(tx, op.viewer.school(), op.now)?;
        let said = OnDuty::say(person, phone, op.viewer.standing(), &roster)?;
        on_duty::add(tx, &op.viewer, &said)?;
        // The number may be the person's own: it is stored beside the audit log, not in it.
        let facts = [SchoolFact::Person(person)];
        audit::write_school_act(tx, &op.viewer, SchoolAct::SaidOnCall, &facts)?;
        Ok("on_duty".to_owned())
    })
}

/// Who was on call on which day, the latest first, with names.
pub fn duty_history(candour: &Candour, op: &Op) -> Result<Vec<(OnDuty, String, String)>> {
    candour.read(|tx| {
        let said = on_duty::some(tx, op.viewer.school(), LOOK_BACK)?;
        let people = said.iter().flat_map(|said| [said.person, said.by]).collect();
        let names = staff::names(tx, &op.viewer, &people)?;
        let line = |said: OnDuty| {
            let (who, by) = (named(&names, said.person), named(&names, said.by));
            (said, who, by)
        };
        Ok(said.into_iter().map(line).collect())
    })
}
