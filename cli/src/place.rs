//! Where a page and the tag's own files are, from what an option says: addresses as a browser prints them.
//! What is made of them is the core's affair.

use consentinel::csp;
use url::Url;

/// The origin of a page.
pub fn origin(text: &str) -> Result<String, String> {
    let help = "give the origin of the page, such as `https://www.example.com`";
    let url = web_address(text).ok_or(help)?;
    Ok(url.origin().ascii_serialization())
}

/// The folder that the tag's own files come from: of an address, what stands before its last slash, as for the page.
pub fn files(text: &str) -> Result<String, String> {
    let url = web_address(text).ok_or(
        "give the folder of the tag's files, such as `https://cdn.example.com/consentinel/`",
    )?;
    folder(&url).ok_or_else(|| {
        String::from(
            "no Content-Security-Policy can name this folder: serve the files from one without \
             `;`, `,`, `'` and `@`",
        )
    })
}

/// The folder of an address; nothing where no Content-Security-Policy can name it.
pub fn folder(url: &Url) -> Option<String> {
    let folder = url.join(".").ok()?;
    let text = folder.origin().ascii_serialization() + folder.path();
    Some(text).filter(|text| csp::is_source(text) && is_web(&folder))
}

fn web_address(text: &str) -> Option<Url> {
    Url::parse(text).ok().filter(is_web)
}

fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
}
