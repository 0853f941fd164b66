//! Small valid documents: a PDF page, a PNG picture, an Excel sheet.

use flate2::write::ZlibEncoder;
use flate2::{Compression, Crc};
use std::io::{Cursor, Write};
use zip::write::{SimpleFileOptions, ZipWriter};

/// One A4 page of text (ISO 32000-1), a line each, in Helvetica; characters outside Latin-1 become `?`.
///
/// # Panics
/// Never: it writes to memory.
pub fn pdf(title: &str, lines: &[&str]) -> Vec<u8> {
    let mut page = b"BT /F1 18 Tf 72 770 Td (".to_vec();
    page.extend(latin_1(title));
    page.extend(b") Tj /F1 11 Tf 0 -14 Td 16 TL T* ");
    for line in lines {
        page.push(b'(');
        page.extend(latin_1(line));
        page.extend(b") Tj T* ");
    }
    page.extend(b"ET");
    let objects: [Vec<u8>; 5] = [
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources << /Font << /F1 4 0 R >> >> >>"
            .to_vec(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_vec(),
        [format!("<< /Length {} >>\nstream\n", page.len()).into_bytes(), page, b"\nendstream".to_vec()].concat(),
    ];
    let mut out = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n".to_vec();
    let mut table = String::from("0000000000 65535 f \n");
    for (index, object) in objects.iter().enumerate() {
        table.push_str(&format!("{:010} 00000 n \n", out.len()));
        out.extend(format!("{} 0 obj\n", index + 1).into_bytes());
        out.extend(object);
        out.extend(b"\nendobj\n");
    }
    let start = out.len();
    out.extend(
        format!("xref\n0 6\n{table}trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n")
            .into_bytes(),
    );
    out
}

fn latin_1(text: &str) -> Vec<u8> {
    let byte = |c: char| u8::try_from(u32::from(c)).unwrap_or(b'?');
    text.chars()
        .map(byte)
        .flat_map(|byte| if b"()\\".contains(&byte) { vec![b'\\', byte] } else { vec![byte] })
        .collect()
}

/// A picture (RFC 2083) of a receipt: a bright page with grey lines and a red stamp.
///
/// # Panics
/// Never: it writes to memory.
pub fn png(width: u32, height: u32) -> Vec<u8> {
    let colour = |x: u32, y: u32| -> [u8; 3] {
        let (dx, dy) = (x.abs_diff(width * 3 / 4), y.abs_diff(height * 3 / 4));
        let ring = dx * dx + dy * dy;
        let radius = width / 8;
        if ring < radius * radius && ring > radius * radius * 3 / 4 {
            return [190, 30, 45];
        }
        let is_line = y % 24 < 6
            && y > height / 8
            && x > width / 10
            && x < width * 9 / 10 - (y / 24 * 37) % (width / 3);
        if is_line { [120, 130, 140] } else { [250, 250, 246] }
    };
    let mut rows = ZlibEncoder::new(Vec::new(), Compression::best());
    for y in 0..height {
        rows.write_all(&[0]).expect("memory");
        (0..width).for_each(|x| rows.write_all(&colour(x, y)).expect("memory"));
    }
    let mut header = [width.to_be_bytes(), height.to_be_bytes()].concat();
    header.extend([8, 2, 0, 0, 0]);
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, data) in [(b"IHDR", header), (b"IDAT", rows.finish().expect("memory")), (b"IEND", Vec::new())]
    {
        let mut crc = Crc::new();
        crc.update(kind);
        crc.update(&data);
        out.extend(u32::try_from(data.len()).expect("small").to_be_bytes());
        out.extend(kind);
        out.extend(data);
        out.extend(crc.sum().to_be_bytes());
    }
    out
}

/// A workbook (ECMA-376) with one sheet; a cell that reads as a number is one.
///
/// # Panics
/// Never: it writes to memory.
pub fn xlsx(sheet: &str, rows: &[&[&str]]) -> Vec<u8> {
    const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
    const KIND: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";
    let data: String = rows
        .iter()
        .map(|row| format!("<row>{}</row>", row.iter().map(|text| cell(text)).collect::<String>()))
        .collect();
    let name = escaped(sheet);
    let files = [
        (
            "[Content_Types].xml",
            format!(
                "<Types xmlns=\"{PACKAGE}/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"{KIND}.sheet.main+xml\"/><Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"{KIND}.worksheet+xml\"/></Types>"
            ),
        ),
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{PACKAGE}/relationships\"><Relationship Id=\"rId1\" Type=\"{OFFICE}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><sheets><sheet name=\"{name}\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns=\"{PACKAGE}/relationships\"><Relationship Id=\"rId1\" Type=\"{OFFICE}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/worksheets/sheet1.xml",
            format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{data}</sheetData></worksheet>"),
        ),
    ];
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, text) in files {
        archive.start_file(name, stored).expect("memory");
        archive.write_all(format!("{HEAD}{text}").as_bytes()).expect("memory");
    }
    archive.finish().expect("memory").into_inner()
}

fn cell(text: &str) -> String {
    match text.parse::<f64>() {
        Ok(number) => format!("<c><v>{number}</v></c>"),
        Err(_) => format!("<c t=\"inlineStr\"><is><t>{}</t></is></c>", escaped(text)),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
