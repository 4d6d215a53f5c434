//! Reads the HTML of a page as a browser does, as far as what matters here: which `meta` and `script` elements and
//! which controls of Consentinel there are, in which line, and whether they stand in the head. The parser is html5ever's; what is wrong with
//! them is judged in `pasted`.
//!
//! Left out: text, and what script would change. Elements in a `<template>` are no part of the page.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::tree_builder::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::{Attribute, ExpandedName, ParseOpts, QualName, local_name, ns, parse_document};

/// A `meta` or `script` element of the page, or one with `data-consent-action`.
pub struct Element {
    /// Its name in lower case, such as `script`.
    pub name: String,
    attributes: Vec<(String, String)>,
    /// The line of the file in which its tag ends, from one.
    pub line: u64,
    /// Whether it stands in the head.
    pub is_in_head: bool,
}

impl Element {
    /// The value of an attribute, by its name in lower case.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }
}

/// These elements of a page in the order of the file.
pub fn elements(html: &str) -> Vec<Element> {
    let options = ParseOpts::default();
    let nodes = parse_document(Sink::default(), options).one(html);
    nodes
        .iter()
        .filter_map(|node| {
            let name = &node.name.as_ref()?.local;
            let attributes = node.attributes.borrow();
            let is_one = matches!(&**name, "meta" | "script")
                || attributes.iter().any(|attribute| &*attribute.name.local == CONTROL);
            let place = node.place.get().filter(|_| is_one)?;
            let attributes = attributes
                .iter()
                .map(|attribute| (attribute.name.local.to_string(), attribute.value.to_string()));
            Some(Element {
                name: name.to_string(),
                attributes: attributes.collect(),
                line: node.line,
                is_in_head: place == Place::Head,
            })
        })
        .collect()
}

/// The attribute that makes a control of an element.
pub const CONTROL: &str = "data-consent-action";

/// Where a node stands.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Head,
    Elsewhere,
}

/// An element, or the document itself, which alone has no name.
struct Node {
    name: Option<QualName>,
    attributes: RefCell<Vec<Attribute>>,
    line: u64,
    /// Nothing as long as it is no part of the page.
    place: Cell<Option<Place>>,
    parent: RefCell<Option<Handle>>,
}

type Handle = Rc<Node>;

impl Node {
    /// Where its children stand.
    fn inside(&self) -> Option<Place> {
        let is_head = |name: &QualName| name.ns == ns!(html) && name.local == local_name!("head");
        if self.name.as_ref().is_some_and(is_head) { Some(Place::Head) } else { self.place.get() }
    }
}

/// What the parser builds into.
struct Sink {
    document: Handle,
    /// All that was ever made, in its order.
    made: RefCell<Vec<Handle>>,
    line: Cell<u64>,
    /// For what has no name: comments, instructions, the content of a template.
    nothing: QualName,
}

impl Default for Sink {
    fn default() -> Sink {
        let document = Rc::new(Node {
            name: None,
            attributes: RefCell::default(),
            line: 1,
            place: Cell::new(Some(Place::Elsewhere)),
            parent: RefCell::default(),
        });
        let nothing = QualName::new(None, ns!(), local_name!(""));
        Sink { document, made: RefCell::default(), line: Cell::new(1), nothing }
    }
}

impl Sink {
    /// Made, and nowhere yet: as the content of a template it stays so.
    fn make(&self, name: QualName, attributes: Vec<Attribute>) -> Handle {
        let node = Rc::new(Node {
            name: Some(name),
            attributes: RefCell::new(attributes),
            line: self.line.get(),
            place: Cell::new(None),
            parent: RefCell::default(),
        });
        self.made.borrow_mut().push(node.clone());
        node
    }

    // A node is put in before anything is put into it, or moved with all that is in it: within the head, or
    // within the rest. So its place is that of its parent at that moment; where that has none yet, its own stays.
    fn put(child: &NodeOrText<Handle>, parent: Option<Handle>) {
        if let NodeOrText::AppendNode(node) = child {
            if let Some(place) = parent.as_ref().and_then(|parent| parent.inside()) {
                node.place.set(Some(place));
            }
            *node.parent.borrow_mut() = parent;
        }
    }
}

impl TreeSink for Sink {
    type Handle = Handle;
    type Output = Vec<Handle>;
    type ElemName<'a> = ExpandedName<'a>;

    fn finish(self) -> Vec<Handle> {
        self.made.into_inner()
    }

    fn set_current_line(&self, line: u64) {
        self.line.set(line);
    }

    fn get_document(&self) -> Handle {
        self.document.clone()
    }

    fn elem_name<'a>(&'a self, target: &'a Handle) -> ExpandedName<'a> {
        target.name.as_ref().unwrap_or(&self.nothing).expanded()
    }

    fn same_node(&self, one: &Handle, other: &Handle) -> bool {
        Rc::ptr_eq(one, other)
    }

    fn create_element(
        &self,
        name: QualName,
        attributes: Vec<Attribute>,
        _: ElementFlags,
    ) -> Handle {
        self.make(name, attributes)
    }

    fn create_comment(&self, _: StrTendril) -> Handle {
        self.make(self.nothing.clone(), Vec::new())
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> Handle {
        self.make(self.nothing.clone(), Vec::new())
    }

    fn get_template_contents(&self, _: &Handle) -> Handle {
        self.make(self.nothing.clone(), Vec::new())
    }

    fn append(&self, parent: &Handle, child: NodeOrText<Handle>) {
        Sink::put(&child, Some(parent.clone()));
    }

    fn append_before_sibling(&self, sibling: &Handle, child: NodeOrText<Handle>) {
        let parent = sibling.parent.borrow().clone();
        Sink::put(&child, parent);
    }

    fn append_based_on_parent_node(
        &self,
        element: &Handle,
        previous: &Handle,
        child: NodeOrText<Handle>,
    ) {
        let around = element.parent.borrow().clone();
        Sink::put(&child, Some(around.unwrap_or_else(|| previous.clone())));
    }

    fn add_attrs_if_missing(&self, target: &Handle, attributes: Vec<Attribute>) {
        let mut own = target.attributes.borrow_mut();
        for attribute in attributes {
            if own.iter().all(|other| other.name != attribute.name) {
                own.push(attribute);
            }
        }
    }

    fn remove_from_parent(&self, target: &Handle) {
        *target.parent.borrow_mut() = None;
    }

    // The children come into an element that is put into the same one next (HTML, 13.2.6.4.7, the adoption
    // agency): so they stand where they stood.
    fn reparent_children(&self, _: &Handle, _: &Handle) {}

    // What is wrong with the markup is a browser's to put right, and nothing here depends on how.
    fn parse_error(&self, _: Cow<'static, str>) {}
    fn set_quirks_mode(&self, _: QuirksMode) {}
    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}
}
