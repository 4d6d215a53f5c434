//! Time-stamp requests and responses of RFC 3161: makes the one and checks the other, bytes in and an answer out. Readers of
//! DER, certificate chains and signatures are those of well-known crates; what RFC 3161 asks beside them stands here.
//!
//! Left out: revocation, which needs a network, and fractions of seconds in a time, which the reader does not take.

use std::time::Duration;

use cms::{
    cert::CertificateChoices,
    content_info::ContentInfo,
    signed_data::{SignedData, SignerIdentifier, SignerInfo},
};
use consentinel::hash::digest;
use der::{
    Any, Decode as _, Encode as _, Sequence,
    asn1::{Int, ObjectIdentifier, OctetString},
};
use rustls_pki_types::{CertificateDer, UnixTime};
use sha2::{Digest as _, Sha256, Sha384, Sha512};
use webpki::{ALL_VERIFICATION_ALGS, EndEntityCert, KeyUsage, anchor_from_trusted_cert};
use x509_cert::{
    Certificate,
    ext::pkix::{ExtendedKeyUsage, SubjectKeyIdentifier},
    spki::{AlgorithmIdentifier, AlgorithmIdentifierOwned},
};
use x509_tsp::{MessageImprint, TimeStampReq, TimeStampResp, TspVersion, TstInfo};

const SHA_256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");
const SHA_384: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.2");
const SHA_512: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.3");
const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");
const TST_INFO: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.1.4");
const CONTENT_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");
const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
/// `signingCertificate` by SHA-1 (RFC 2634), and its second version (RFC 5035).
const SIGNING_CERTIFICATE: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.12");
const SIGNING_CERTIFICATE_V2: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47");
const KEY_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.37");
const KEY_IDENTIFIER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.14");
const TIME_STAMPING: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.8");
/// The same as `webpki` wants it.
const TIME_STAMPING_BYTES: &[u8] = &[43, 6, 1, 5, 5, 7, 3, 8];

/// What an authority says.
#[derive(Debug, PartialEq)]
pub struct Stamp {
    /// When it saw the hash, in milliseconds since 1970.
    pub at_ms: i64,
    /// The subject of its certificate.
    pub authority: String,
}

/// The request for a time stamp of a text.
pub fn request(text: &[u8], nonce: [u8; 8]) -> der::Result<Vec<u8>> {
    let [first, rest @ ..] = nonce;
    // A positive number of eight bytes, in its shortest form.
    let bytes = [[first & 0x7f | 0x40].as_slice(), &rest].concat();
    let imprint = MessageImprint {
        hash_algorithm: AlgorithmIdentifier { oid: SHA_256, parameters: Some(Any::null()) },
        hashed_message: OctetString::new(digest(text))?,
    };
    let request = TimeStampReq {
        version: TspVersion::V1,
        message_imprint: imprint,
        req_policy: None,
        nonce: Some(Int::new(&bytes)?),
        cert_req: true,
        extensions: None,
    };
    request.to_der()
}

/// The trusted certificates of a file in PEM.
pub fn roots(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, String> {
    use rustls_pki_types::pem::PemObject as _;
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let roots = read.map_err(|error| format!("it is no PEM: {error}"))?;
    if roots.is_empty() {
        return Err(String::from("no certificate is in it"));
    }
    for root in &roots {
        anchor_from_trusted_cert(root)
            .map_err(|error| format!("no trusted certificate: {error}"))?;
    }
    Ok(roots)
}

/// Checks that a request is of this text.
fn requested(request: &[u8], text: &[u8]) -> Result<TimeStampReq, &'static str> {
    let read =
        TimeStampReq::from_der(request).map_err(|_| "the request is no time-stamp request")?;
    let imprint = &read.message_imprint;
    if imprint.hash_algorithm.oid != SHA_256 || imprint.hashed_message.as_bytes() != digest(text) {
        return Err("the request is of another checkpoint");
    }
    Ok(read)
}

/// The content and the signer of a response that granted something.
fn granted(response: &[u8]) -> Result<SignedData, &'static str> {
    let read = TimeStampResp::from_der(response)
        .map_err(|_| "the response is no time-stamp response, or its time has a fraction")?;
    // `granted` and `grantedWithMods`.
    if read.status.status as u32 > 1 {
        return Err("the authority refused");
    }
    let ContentInfo { content_type, content } =
        read.time_stamp_token.ok_or("there is no token in the response")?;
    if content_type != SIGNED_DATA {
        return Err("the token is not signed");
    }
    content.decode_as().map_err(|_| "the token cannot be read")
}

/// Checks a response to a request for a text; without roots, all but who signed.
pub fn check(
    request: &[u8],
    response: &[u8],
    text: &[u8],
    roots: Option<&[CertificateDer]>,
) -> Result<Stamp, &'static str> {
    let request = requested(request, text)?;
    let signed = granted(response)?;
    if signed.encap_content_info.econtent_type != TST_INFO {
        return Err("the token is no time stamp");
    }
    let content = signed.encap_content_info.econtent.as_ref();
    let content = content.and_then(|content| content.decode_as::<OctetString>().ok());
    let content = content.ok_or("the token has no content")?;
    let info = TstInfo::from_der(content.as_bytes())
        .map_err(|_| "the time stamp cannot be read, or its time has a fraction")?;
    let (asked, stamped) = (&request.message_imprint, &info.message_imprint);
    if stamped.hash_algorithm.oid != asked.hash_algorithm.oid
        || stamped.hashed_message != asked.hashed_message
    {
        return Err("the time stamp is of another checkpoint");
    }
    if info.nonce != request.nonce {
        return Err("the time stamp answers another request");
    }
    let [signer] = signed.signer_infos.0.as_slice() else {
        return Err("a time stamp has one signature");
    };
    let time = info.gen_time.to_unix_duration();
    let mut certificates: Vec<&Certificate> = Vec::new();
    for one in signed.certificates.iter().flat_map(|set| set.0.iter()) {
        if let CertificateChoices::Certificate(certificate) = one {
            certificates.push(certificate);
        }
    }
    let own = certificates.iter().find(|one| is_of(one, signer));
    let own = own.ok_or("the certificate of the authority is not in the token")?;
    let der = own.to_der().map_err(|_| "the certificate of the authority cannot be written")?;
    attributes(signer, content.as_bytes(), &der)?;
    purpose(own)?;
    let der = CertificateDer::from(der);
    let entity = EndEntityCert::try_from(&der)
        .map_err(|_| "the certificate of the authority cannot be used")?;
    let attributes = signer.signed_attrs.as_ref().and_then(|all| all.to_der().ok());
    let message = attributes.ok_or("the signature has no attributes")?;
    let signature = signer.signature.as_bytes();
    let is_signed = ALL_VERIFICATION_ALGS
        .iter()
        .any(|algorithm| entity.verify_signature(*algorithm, &message, signature).is_ok());
    if !is_signed {
        return Err("the signature is wrong");
    }
    if let Some(roots) = roots {
        let others = certificates.iter().filter_map(|one| one.to_der().ok());
        chain(&entity, &others.map(CertificateDer::from).collect::<Vec<_>>(), roots, time)?;
    }
    let at_ms = i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
    Ok(Stamp { at_ms, authority: own.tbs_certificate.subject.to_string() })
}

/// Whether a certificate is the one that a signer names.
fn is_of(certificate: &Certificate, signer: &SignerInfo) -> bool {
    let about = &certificate.tbs_certificate;
    match &signer.sid {
        SignerIdentifier::IssuerAndSerialNumber(named) => {
            named.issuer == about.issuer && named.serial_number == about.serial_number
        }
        SignerIdentifier::SubjectKeyIdentifier(named) => extension(certificate, KEY_IDENTIFIER)
            .and_then(|(_, bytes)| SubjectKeyIdentifier::from_der(bytes).ok())
            .is_some_and(|own| own == *named),
    }
}

fn extension(certificate: &Certificate, kind: ObjectIdentifier) -> Option<(bool, &[u8])> {
    let extensions = certificate.tbs_certificate.extensions.as_deref()?;
    let found = extensions.iter().find(|extension| extension.extn_id == kind)?;
    Some((found.critical, found.extn_value.as_bytes()))
}

/// RFC 3161, 2.3: the certificate is for time stamps alone, and says so in a critical extension.
fn purpose(certificate: &Certificate) -> Result<(), &'static str> {
    let (is_critical, bytes) = extension(certificate, KEY_USAGE).unwrap_or_default();
    let uses = ExtendedKeyUsage::from_der(bytes).ok();
    if is_critical && uses.is_some_and(|uses| uses.0 == [TIME_STAMPING]) {
        return Ok(());
    }
    Err("the certificate of the authority is not for time stamps alone")
}

/// What a signature covers: the content by its hash, and the certificate (RFC 3161, 2.4.1; RFC 5816).
fn attributes(signer: &SignerInfo, content: &[u8], certificate: &[u8]) -> Result<(), &'static str> {
    let value = |kind: ObjectIdentifier| {
        let all = signer.signed_attrs.as_ref()?;
        let mut found = all.iter().filter(|attribute| attribute.oid == kind);
        match (found.next(), found.next()) {
            (Some(attribute), None) => match attribute.values.as_slice() {
                [value] => Some(value.clone()),
                _ => None,
            },
            _ => None,
        }
    };
    let kind = value(CONTENT_TYPE).and_then(|value| value.decode_as::<ObjectIdentifier>().ok());
    if kind != Some(TST_INFO) {
        return Err("the signature is over something else than a time stamp");
    }
    let said = value(MESSAGE_DIGEST).and_then(|value| value.decode_as::<OctetString>().ok());
    let hash =
        hashed(signer.digest_alg.oid, content).ok_or("its hash is of a kind that is not taken")?;
    if said.is_none_or(|said| said.as_bytes() != hash) {
        return Err("the signature is over another time stamp");
    }
    let second =
        value(SIGNING_CERTIFICATE_V2).map(|value| value.decode_as::<SigningCertificateV2>());
    let first = value(SIGNING_CERTIFICATE).map(|value| value.decode_as::<SigningCertificate>());
    let is_named = match (second, first) {
        (Some(Ok(second)), _) => second.certificates.first().is_some_and(|named| {
            let kind = named.algorithm.as_ref().map_or(SHA_256, |algorithm| algorithm.oid);
            hashed(kind, certificate).is_some_and(|hash| named.hash.as_bytes() == hash)
        }),
        (None, Some(Ok(first))) => first.certificates.first().is_some_and(|named| {
            named.hash.as_bytes() == sha1::Sha1::digest(certificate).as_slice()
        }),
        _ => false,
    };
    if is_named {
        Ok(())
    } else {
        Err("the signature does not name the certificate of the authority")
    }
}

fn hashed(kind: ObjectIdentifier, bytes: &[u8]) -> Option<Vec<u8>> {
    match kind {
        SHA_256 => Some(Sha256::digest(bytes).to_vec()),
        SHA_384 => Some(Sha384::digest(bytes).to_vec()),
        SHA_512 => Some(Sha512::digest(bytes).to_vec()),
        _ => None,
    }
}

/// The chain of certificates to one that is trusted, at the time of the stamp.
fn chain(
    entity: &EndEntityCert,
    others: &[CertificateDer],
    roots: &[CertificateDer],
    time: Duration,
) -> Result<(), &'static str> {
    let anchors: Result<Vec<_>, _> = roots.iter().map(anchor_from_trusted_cert).collect();
    let anchors = anchors.map_err(|_| "a trusted certificate cannot be used")?;
    let usage = KeyUsage::required_if_present(TIME_STAMPING_BYTES);
    let time = UnixTime::since_unix_epoch(time);
    let path =
        entity.verify_for_usage(ALL_VERIFICATION_ALGS, &anchors, others, time, usage, None, None);
    path.map(drop).map_err(
        |_| "no chain leads from the authority to a trusted certificate that was valid then",
    )
}

/// RFC 2634, 5.4.
#[derive(Sequence)]
struct SigningCertificate {
    certificates: Vec<EssCertId>,
    #[asn1(optional = "true")]
    policies: Option<Any>,
}

/// RFC 2634, 5.4.1.
#[derive(Sequence)]
struct EssCertId {
    hash: OctetString,
    #[asn1(optional = "true")]
    issuer: Option<Any>,
}

/// RFC 5035, 3.
#[derive(Sequence)]
struct SigningCertificateV2 {
    certificates: Vec<EssCertIdV2>,
    #[asn1(optional = "true")]
    policies: Option<Any>,
}

/// RFC 5035, 4.
#[derive(Sequence)]
struct EssCertIdV2 {
    #[asn1(optional = "true")]
    algorithm: Option<AlgorithmIdentifierOwned>,
    hash: OctetString,
    #[asn1(optional = "true")]
    issuer: Option<Any>,
}
