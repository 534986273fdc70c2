//! The doctor's look at the mail server: the conversation an e-mail begins with. No e-mail is sent unless
//! asked for.

use super::{certificate, finding::Finding};
use crate::{
    cli::config::Config,
    domain::kernel::{
        clock::Instant,
        ids::{Random, RequestId},
    },
    mail::{
        letter::{Letter, Urgency},
        transport::{Envelope, Mailer, SendError, Step, Trouble},
    },
    service::clock::Randomness,
};

pub(super) async fn findings(config: &Config, send_test: Option<&str>, now: Instant) -> Vec<Finding> {
    let (host, port) = (&config.mail.host, config.mail.port);
    let mailer = match Mailer::new(config.mail.clone()) {
        Ok(mailer) => mailer,
        Err(error) => return vec![Finding::fault(format!("mail: {error}"), "correct [mail]")],
    };
    let reached = match mailer.examine().await {
        Ok(reached) => reached,
        Err(error) => {
            return vec![Finding::fault(format!("mail: {host}:{port}: {}", why(&error)), remedy(&error))];
        }
    };
    let private = if reached.certificate.is_some() { "over TLS" } else { "on this machine, without TLS" };
    let mut findings =
        vec![Finding::ok(format!("mail: {host}:{port} answers and accepts Candour, {private}"))];
    findings.extend(certificate::finding("mail", reached.certificate.as_deref(), now));
    if let Some(to) = send_test {
        findings.push(send(&mailer, to, now, &mut Randomness).await);
    }
    findings
}

const fn why(error: &SendError) -> &Trouble {
    match error {
        SendError::Retry(why) | SendError::Refused(why) => why,
    }
}

/// What helps, by what failed.
const fn remedy(error: &SendError) -> &'static str {
    match why(error) {
        Trouble::Answered { step: Step::SignIn, .. }
        | Trouble::CertificateExpired { step: Step::SignIn }
        | Trouble::CertificateUnbelieved { step: Step::SignIn }
        | Trouble::Tls { step: Step::SignIn }
        | Trouble::Connection { step: Step::SignIn } => {
            "check mail.username and the file in mail.password_file"
        }
        Trouble::CertificateExpired { .. }
        | Trouble::CertificateUnbelieved { .. }
        | Trouble::Tls { .. }
        | Trouble::Connection { step: Step::Secure }
        | Trouble::NoStartTls => {
            "check mail.security and mail.port; a certificate that ran out, is of another name, or of an issuer this machine \
             does not know is refused"
        }
        Trouble::Answered { .. } => {
            "read the mail server's log: it answers, and accepts no e-mails from here"
        }
        Trouble::Connection { .. }
        | Trouble::TooSlow
        | Trouble::Unencodable
        | Trouble::AsciiOnly
        | Trouble::NoAddress => {
            "check mail.host and mail.port, and whether a firewall is between; until it answers e-mails wait, \
             none is lost"
        }
    }
}

async fn send(mailer: &Mailer, to: &str, now: Instant, random: &mut dyn Random) -> Finding {
    let words =
        "This is a test of e-mails from Candour, asked for on the machine that runs it. Nothing needs you.";
    let html = format!("<!doctype html><html lang=\"en\"><title>A test</title><p>{words}</p></html>");
    let letter = Letter::new("A test of e-mails from Candour", words.to_owned(), html, Urgency::Ordinary);
    let envelope = Envelope { to: to.to_owned(), outbox_id: RequestId::draw(now, random).0, date: now };
    match mailer.send(&envelope, &letter).await {
        Ok(()) => Finding::ok(format!("mail: a test e-mail to {to} was accepted; check that it arrives")),
        Err(error) => Finding::fault(format!("mail: a test e-mail to {to}: {}", why(&error)), remedy(&error)),
    }
}
