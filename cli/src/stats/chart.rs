//! Draws what `stats` counted: a picture in SVG with a panel for each table, in which a bar is a row. What is
//! counted, and how, is `stats`' work.

use std::fmt::Display;
use std::io;

use plotters::prelude::*;

use crate::error::one_line;

/// A table to be drawn.
pub struct Panel {
    /// What stands above it.
    pub title: String,
    /// The parts of each bar, from below.
    pub parts: Vec<&'static str>,
    /// The bars: what stands under each, and how much each part is.
    pub bars: Vec<(String, Vec<u64>)>,
}

/// The size of a panel.
const WIDTH: u32 = 1000;
const HEIGHT: u32 = 380;
/// Colours that people tell apart who see few (Okabe and Ito); as many as there are actions.
const COLOURS: [RGBColor; 5] = [
    RGBColor(0, 114, 178),
    RGBColor(230, 159, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(86, 180, 233),
];
/// Bars closer than this touch, so that all of them are seen.
const MOST_APART: usize = 120;
/// The most characters under a bar.
const LONGEST_LABEL: usize = 24;

/// The picture.
pub fn svg(panels: &[Panel]) -> io::Result<String> {
    let mut picture = String::new();
    let height = HEIGHT * panels.len() as u32;
    {
        let whole = SVGBackend::with_string(&mut picture, (WIDTH, height)).into_drawing_area();
        whole.fill(&WHITE).map_err(failed)?;
        for (area, panel) in whole.split_evenly((panels.len(), 1)).iter().zip(panels) {
            draw(area, panel)?;
        }
        whole.present().map_err(failed)?;
    }
    Ok(picture)
}

fn draw(area: &DrawingArea<SVGBackend, plotters::coord::Shift>, panel: &Panel) -> io::Result<()> {
    let count = panel.bars.len().max(1);
    let highest = panel.bars.iter().map(|(_, parts)| parts.iter().sum()).max();
    // Some room above the highest bar, for the names of the parts.
    let top = highest.unwrap_or(0u64).max(1);
    let top = top + top.div_ceil(4);
    let mut chart = ChartBuilder::on(area)
        .caption(&panel.title, ("sans-serif", 24))
        .margin(12)
        .x_label_area_size(40)
        .y_label_area_size(72)
        .build_cartesian_2d((0..count - 1).into_segmented(), 0..top)
        .map_err(failed)?;
    let label = |at: &SegmentValue<usize>| match at {
        SegmentValue::CenterOf(at) => panel.bars.get(*at).map(|(name, _)| short(name)),
        _ => None,
    };
    chart
        .configure_mesh()
        .disable_x_mesh()
        // As many as have room.
        .x_labels(count.min(8))
        .label_style(("sans-serif", 16))
        .x_label_formatter(&|at| label(at).unwrap_or_default())
        .draw()
        .map_err(failed)?;
    let apart = if count > MOST_APART { 0 } else { 2 };
    for ((name, colour), part) in panel.parts.iter().zip(COLOURS).zip(0..) {
        let bars = panel.bars.iter().enumerate().map(|(at, (_, parts))| {
            let below: u64 = parts.iter().take(part).sum();
            let above = below + parts.get(part).copied().unwrap_or_default();
            let corners = [(SegmentValue::Exact(at), below), (SegmentValue::Exact(at + 1), above)];
            let mut bar = Rectangle::new(corners, colour.filled());
            bar.set_margin(0, 0, apart, apart);
            bar
        });
        let square = move |(x, y)| Rectangle::new([(x, y - 5), (x + 10, y + 5)], colour.filled());
        chart.draw_series(bars).map_err(failed)?.label(*name).legend(square);
    }
    chart
        .configure_series_labels()
        .label_font(("sans-serif", 16))
        .position(SeriesLabelPosition::UpperRight)
        .background_style(WHITE)
        .border_style(BLACK)
        .draw()
        .map_err(failed)
}

/// A name that has room under a bar, and that every reader of XML takes.
fn short(name: &str) -> String {
    let name: String = one_line(name).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}");
    let mut characters = name.chars();
    let mut short: String = characters.by_ref().take(LONGEST_LABEL).collect();
    if characters.next().is_some() {
        short.push('…');
    }
    short
}

fn failed(error: impl Display) -> io::Error {
    io::Error::other(error.to_string())
}
