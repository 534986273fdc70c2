//! Why an e-mail did not go: the step that failed and what was wrong with it, in fixed words. Servers like to
//! repeat addresses, so nothing here is theirs.

use crate::domain::kernel::codes::{codes, sentences};
use lettre::transport::smtp;
use rustls::CertificateError;
use std::{error::Error, io, iter};

codes! {
    /// The step of the conversation an answer belongs to.
    Step {
        Connect = "connect", "connecting";
        Secure = "secure", "starting TLS";
        SignIn = "sign_in", "signing in";
        Sender = "sender", "naming the sender";
        Recipient = "recipient", "naming the reader";
        Data = "data", "offering the e-mail";
        Body = "body", "sending the e-mail";
    }
}

sentences! {
    /// Why an e-mail did not go.
    Trouble {
        Answered { answer: u32, step: Step } = "answered", "the mail server answered {answer} when {step}";
        CertificateExpired { step: Step }
            = "certificate_expired", "TLS failed because the mail server's certificate has expired when {step}";
        CertificateUnbelieved { step: Step }
            = "certificate_unbelieved", "TLS failed because the mail server's certificate is not trusted when {step}";
        Tls { step: Step } = "tls", "TLS failed when {step}";
        Connection { step: Step } = "connection", "the connection failed when {step}";
        NoStartTls = "no_starttls", "the mail server does not offer STARTTLS";
        TooSlow = "too_slow", "the mail server took too long";
        Unencodable = "unencodable", "the e-mail could not be put together";
        AsciiOnly = "ascii_only", "the mail server takes no address with letters such as é";
        NoAddress = "no_address", "this is not an e-mail address";
    }
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.words())
    }
}

impl Trouble {
    /// What an error of the conversation means. lettre calls a dropped connection or a time-out neither
    /// transient, permanent nor timeout.
    pub(super) fn of(error: &smtp::Error, step: Step) -> Self {
        match (error.status(), certificate(error)) {
            (Some(answer), _) => {
                Self::Answered { answer: answer.to_string().parse().unwrap_or_default(), step }
            }
            (None, Some(CertificateError::Expired | CertificateError::ExpiredContext { .. })) => {
                Self::CertificateExpired { step }
            }
            (None, Some(_)) => Self::CertificateUnbelieved { step },
            (None, None) if error.is_tls() || tls(error).is_some() => Self::Tls { step },
            (None, None) => Self::Connection { step },
        }
    }
}

fn tls(error: &smtp::Error) -> Option<rustls::Error> {
    let mut causes = iter::successors(error.source(), |cause| (*cause).source());
    causes.find_map(|cause| {
        let inner = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        cause.downcast_ref::<rustls::Error>().or_else(|| inner?.downcast_ref()).cloned()
    })
}

fn certificate(error: &smtp::Error) -> Option<CertificateError> {
    match tls(error)? {
        rustls::Error::InvalidCertificate(why) => Some(why),
        _ => None,
    }
}
