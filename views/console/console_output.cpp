// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/console/console_output.h"

#include <QApplication>
#include <QFontDatabase>
#include <QMouseEvent>
#include <QRegularExpression>
#include <QScrollBar>
#include <QTextBlock>

#include <utility>

namespace orrery::gui {

namespace {

constexpr int style_property = QTextFormat::UserProperty + 1; // an AnsiStyle: what the palette makes of it may change
constexpr qsizetype longest_line = 20'000;                    // characters; the rest begins a new one

QVariant packed(const AnsiStyle& style) {
    return QVariantList{style.colour, style.exact, style.bold, style.italic, style.underlined};
}

AnsiStyle unpacked(const QVariant& variant) {
    const auto list = variant.toList();
    AnsiStyle style;
    if (list.size() != 5) return style;
    style.colour = list[0].toInt();
    style.exact = list[1].toUInt();
    style.bold = list[2].toBool();
    style.italic = list[3].toBool();
    style.underlined = list[4].toBool();
    return style;
}

} // namespace

ConsoleOutput::ConsoleOutput(QWidget* parent) : QPlainTextEdit(parent), end_(document()) {
    setObjectName(QStringLiteral("console_output"));
    setReadOnly(true);
    setUndoRedoEnabled(false);
    setMaximumBlockCount(most_lines);
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    setWordWrapMode(QTextOption::WrapAnywhere);
    setFrameShape(QFrame::NoFrame);
    setMouseTracking(true);
    setAccessibleName(tr("Output of the console"));
    setToolTip(tr("What was printed; a line of a traceback is a link to the place"));
    setPlaceholderText(tr("Python, in a process of its own. The line below takes expressions and statements;\n"
                          "project is the project of this window, and what you do with it can be undone."));
    // Only a person stops it from following, by scrolling.
    auto* bar = verticalScrollBar();
    connect(bar, &QAbstractSlider::actionTriggered, this,
            [this, bar] { follows_ = bar->sliderPosition() >= bar->maximum(); });
    connect(
        bar, &QAbstractSlider::rangeChanged, this,
        [this, bar] {
            if (follows_ && !textCursor().hasSelection()) bar->setValue(bar->maximum());
        },
        Qt::QueuedConnection);
}

bool ConsoleOutput::is_dark() const { return palette().color(QPalette::Base).lightness() < 128; }

QTextCharFormat ConsoleOutput::format_of(const AnsiStyle& style) const {
    QTextCharFormat format;
    if (style == AnsiStyle()) return format;
    format.setProperty(style_property, packed(style));
    if (const auto colour = colour_of(style, is_dark()); colour.isValid()) format.setForeground(colour);
    if (style.bold) format.setFontWeight(QFont::Bold);
    format.setFontItalic(style.italic);
    format.setFontUnderline(style.underlined);
    return format;
}

void ConsoleOutput::write(const QByteArray& output) {
    auto pieces = reader_.read(output);
    // Lines that would be dropped at once aren't put in at all.
    std::size_t lines = 0;
    for (auto piece = pieces.rbegin(); piece != pieces.rend(); ++piece)
        if (piece->kind == AnsiPiece::Kind::new_line && ++lines > static_cast<std::size_t>(most_lines)) {
            pieces.erase(pieces.begin(), piece.base());
            break;
        }
    put(pieces);
}

void ConsoleOutput::put(std::vector<AnsiPiece> pieces) {
    if (pieces.empty()) return;
    if (std::exchange(owed_line_, false)) pieces.insert(pieces.begin(), {AnsiPiece::Kind::new_line, {}, {}});
    if (pieces.back().kind == AnsiPiece::Kind::new_line) {
        owed_line_ = true;
        pieces.pop_back();
    }
    end_.movePosition(QTextCursor::End, QTextCursor::MoveAnchor);
    // Blocks are dropped at the beginning meanwhile: counted from the end.
    int blocks = 0;
    setUpdatesEnabled(false);
    end_.beginEditBlock();
    for (const auto& piece : pieces) {
        switch (piece.kind) {
        case AnsiPiece::Kind::text:
            put_text(end_, piece);
            break;
        case AnsiPiece::Kind::new_line:
            end_.movePosition(QTextCursor::End);
            end_.insertBlock();
            ++blocks;
            break;
        case AnsiPiece::Kind::carriage_return:
            end_.movePosition(QTextCursor::StartOfBlock);
            break;
        case AnsiPiece::Kind::erase_line:
            end_.movePosition(QTextCursor::EndOfBlock, QTextCursor::KeepAnchor);
            end_.removeSelectedText();
            break;
        }
    }
    end_.endEditBlock();
    mark_links(std::max(0, document()->blockCount() - 1 - blocks));
    setUpdatesEnabled(true);
    if (follows_ && !textCursor().hasSelection()) verticalScrollBar()->setValue(verticalScrollBar()->maximum());
}

// Over what a \r went back to, else at the end.
void ConsoleOutput::put_text(QTextCursor& cursor, const AnsiPiece& piece) {
    const auto format = format_of(piece.style);
    for (qsizetype from = 0; from < piece.text.size();) {
        if (cursor.positionInBlock() >= longest_line) cursor.insertBlock();
        const auto part = piece.text.mid(from, longest_line - cursor.positionInBlock());
        const auto after = cursor.block().length() - 1 - cursor.positionInBlock();
        if (after > 0) {
            cursor.movePosition(QTextCursor::Right, QTextCursor::KeepAnchor,
                                static_cast<int>(std::min<qsizetype>(after, part.size())));
            cursor.removeSelectedText();
        }
        cursor.insertText(part, format);
        from += part.size();
    }
}

void ConsoleOutput::start_line() {
    if (document()->lastBlock().length() > 1) owed_line_ = true;
}

void ConsoleOutput::empty() {
    clear();
    owed_line_ = false;
}

void ConsoleOutput::write_lines(const QString& text, const AnsiStyle& style) {
    start_line();
    std::vector<AnsiPiece> pieces;
    for (const auto& line : text.split(QLatin1Char('\n'))) {
        pieces.push_back({AnsiPiece::Kind::text, line, style});
        pieces.push_back({AnsiPiece::Kind::new_line, {}, {}});
    }
    put(pieces);
}

void ConsoleOutput::write_ansi_lines(const QString& text) {
    start_line();
    AnsiReader reader;
    auto pieces = reader.read(text.toUtf8());
    pieces.push_back({AnsiPiece::Kind::new_line, {}, {}});
    put(pieces);
}

void ConsoleOutput::write_input(const QString& code) {
    auto lines = code.split(QLatin1Char('\n'));
    for (qsizetype i = 0; i < lines.size(); ++i)
        lines[i].prepend(i == 0 ? QStringLiteral(">>> ") : QStringLiteral("... "));
    AnsiStyle style;
    style.colour = 4;
    follows_ = true; // who types looks at the end
    write_lines(lines.join(QLatin1Char('\n')), style);
}

// --- links ---

void ConsoleOutput::mark_links(int first_block) {
    static const QRegularExpression place(QStringLiteral("^\\s*File \"(.+)\", line (\\d+)"));
    for (auto block = document()->findBlockByNumber(first_block); block.isValid(); block = block.next()) {
        const auto text = block.text();
        if (!text.contains(QLatin1String("File \""))) continue;
        const auto match = place.match(text);
        if (!match.hasMatch() || match.captured(1).startsWith(QLatin1Char('<'))) continue;
        QTextCursor cursor(block);
        cursor.setPosition(block.position() + static_cast<int>(match.capturedStart(1)));
        cursor.setPosition(block.position() + static_cast<int>(match.capturedEnd(2)), QTextCursor::KeepAnchor);
        AnsiStyle style;
        style.colour = 4;
        style.underlined = true;
        auto format = format_of(style);
        format.setAnchor(true);
        format.setAnchorHref(match.captured(1) + QLatin1Char('\n') + match.captured(2));
        cursor.setCharFormat(format);
    }
}

void ConsoleOutput::mouseMoveEvent(QMouseEvent* event) {
    QPlainTextEdit::mouseMoveEvent(event);
    viewport()->setCursor(anchorAt(event->position().toPoint()).isEmpty() ? Qt::IBeamCursor : Qt::PointingHandCursor);
}

void ConsoleOutput::mousePressEvent(QMouseEvent* event) {
    pressed_ = event->position().toPoint();
    QPlainTextEdit::mousePressEvent(event);
}

void ConsoleOutput::mouseReleaseEvent(QMouseEvent* event) {
    QPlainTextEdit::mouseReleaseEvent(event);
    const auto place = event->position().toPoint();
    if (event->button() != Qt::LeftButton || textCursor().hasSelection() ||
        (place - pressed_).manhattanLength() > QApplication::startDragDistance())
        return;
    const auto parts = anchorAt(place).split(QLatin1Char('\n'));
    if (parts.size() == 2) Q_EMIT place_clicked(parts[0], parts[1].toInt());
}

void ConsoleOutput::changeEvent(QEvent* event) {
    QPlainTextEdit::changeEvent(event);
    if (event->type() != QEvent::PaletteChange) return;
    QTextCursor cursor(document());
    cursor.beginEditBlock();
    for (auto block = document()->firstBlock(); block.isValid(); block = block.next())
        for (auto it = block.begin(); !it.atEnd(); ++it) {
            const auto fragment = it.fragment();
            auto format = fragment.charFormat();
            if (!format.hasProperty(style_property)) continue;
            const auto colour = colour_of(unpacked(format.property(style_property)), is_dark());
            if (!colour.isValid() || format.foreground().color() == colour) continue;
            format.setForeground(colour);
            cursor.setPosition(fragment.position());
            cursor.setPosition(fragment.position() + fragment.length(), QTextCursor::KeepAnchor);
            cursor.setCharFormat(format);
        }
    cursor.endEditBlock();
}

} // namespace orrery::gui
