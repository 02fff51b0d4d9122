// SPDX-License-Identifier: GPL-3.0-or-later
#include "views/console/script_editor.h"

#include "core/error.h"
#include "views/console/problem_lexer.h"
#include "views/console/python_text.h"

#include <QFile>
#include <QFileInfo>
#include <QFontDatabase>
#include <QKeyEvent>
#include <QSaveFile>
#include <QStringDecoder>

namespace orrery::gui {

namespace {

constexpr int numbers = 0, symbols = 1;         // margins
constexpr int error_line = 0, error_symbol = 1; // markers
constexpr int annotation_style = 100;
constexpr qint64 largest = 16 << 20; // bytes

struct Ink {
    QRgb on_dark, on_light;
};
constexpr Ink comment_ink{0xff8a939d, 0xff5b6470}, keyword_ink{0xff6cb2f2, 0xff1a5fa8},
    text_ink{0xff86d68f, 0xff1e7a34}, number_ink{0xffe6c46a, 0xff8a5a00}, name_ink{0xffd7a0f0, 0xff8a3bb0},
    wrong_ink{0xffff9a8f, 0xffb3261e};

void fail(const QString& sentence) { throw Error(sentence.toStdString(), "", ExitCode::usage); }

} // namespace

Language language_of(const QString& path) {
    return path.endsWith(QStringLiteral(".toml"), Qt::CaseInsensitive) ? Language::problem : Language::python;
}

ScriptEditor::ScriptEditor(Language language, QWidget* parent) : QsciScintilla(parent), language_(language) {
    if (language == Language::python)
        lexer_ = new QsciLexerPython(this);
    else
        lexer_ = new ProblemLexer(this);
    setObjectName(QStringLiteral("script"));
    setUtf8(true);
    setEolMode(EolUnix);
    setLexer(lexer_);
    setIndentationsUseTabs(false);
    setTabWidth(4);
    setIndentationWidth(4);
    setBackspaceUnindents(true);
    setTabIndents(true);
    setBraceMatching(SloppyBraceMatch);
    setAutoCompletionSource(AcsDocument);
    setAutoCompletionThreshold(3);
    setEdgeMode(EdgeNone);
    setCaretLineVisible(true);
    setMarginType(numbers, NumberMargin);
    setMarginType(symbols, SymbolMargin);
    setMarginMarkerMask(symbols, 1 << error_symbol);
    setMarginMarkerMask(numbers, 0);
    markerDefine(Background, error_line);
    markerDefine(RightTriangle, error_symbol);
    setAnnotationDisplay(AnnotationStandard);
    setFrameShape(QFrame::NoFrame);
    setAccessibleName(language == Language::python ? tr("Script") : tr("Problem file"));
    setWhatsThis(language == Language::python ? tr("Python; F5 runs the file, F9 the selection or the line. Tab "
                                                   "indents; Escape, then Tab goes on.")
                                              : tr("A problem: domain, equations and conditions; what is wrong with it "
                                                   "is told below. Escape, then Tab goes on."));
    connect(this, &QsciScintilla::linesChanged, this, &ScriptEditor::fit_margin);
    connect(this, &QsciScintilla::textChanged, this, [this] {
        if (language_ == Language::python && marked_line() > 0) clear_marks(); // it is being mended
    });
    apply_colours();
}

void ScriptEditor::fit_margin() {
    setMarginWidth(numbers, QStringLiteral(" %1").arg(std::max(lines(), 99)));
    setMarginWidth(symbols, 14);
}

void ScriptEditor::apply_colours() {
    const bool dark = palette().color(QPalette::Base).lightness() < 128;
    const auto paper = palette().color(QPalette::Base), text = palette().color(QPalette::Text);
    const auto fixed = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    lexer_->setDefaultFont(fixed);
    lexer_->setDefaultPaper(paper);
    lexer_->setDefaultColor(text);
    lexer_->setPaper(paper, -1);
    lexer_->setColor(text, -1);
    lexer_->setFont(fixed, -1);
    const auto set = [&](std::initializer_list<int> styles, Ink ink) {
        for (const int style : styles) lexer_->setColor(QColor(dark ? ink.on_dark : ink.on_light), style);
    };
    if (language_ == Language::python) {
        using L = QsciLexerPython;
        set({L::Comment, L::CommentBlock}, comment_ink);
        set({L::Keyword}, keyword_ink);
        set({L::SingleQuotedString, L::DoubleQuotedString, L::TripleSingleQuotedString, L::TripleDoubleQuotedString,
             L::SingleQuotedFString, L::DoubleQuotedFString, L::TripleSingleQuotedFString,
             L::TripleDoubleQuotedFString},
            text_ink);
        set({L::Number}, number_ink);
        set({L::ClassName, L::FunctionMethodName, L::Decorator}, name_ink);
        set({L::UnclosedString}, wrong_ink);
    } else {
        using L = ProblemLexer;
        set({L::comment}, comment_ink);
        set({L::heading}, name_ink);
        set({L::key}, keyword_ink);
        set({L::string}, text_ink);
        set({L::number}, number_ink);
        set({L::unclosed}, wrong_ink);
    }
    setColor(text);
    setPaper(paper);
    setCaretForegroundColor(text);
    setCaretLineBackgroundColor(palette().color(QPalette::AlternateBase));
    setSelectionBackgroundColor(palette().color(QPalette::Highlight));
    setSelectionForegroundColor(palette().color(QPalette::HighlightedText));
    setMarginsBackgroundColor(palette().color(QPalette::Window));
    setMarginsForegroundColor(palette().color(QPalette::PlaceholderText));
    setMarginsFont(fixed);
    setMatchedBraceBackgroundColor(palette().color(QPalette::Mid));
    setMatchedBraceForegroundColor(text);
    setUnmatchedBraceBackgroundColor(paper);
    setUnmatchedBraceForegroundColor(QColor(dark ? 0xffff9a8f : 0xffb3261e));
    setMarkerBackgroundColor(QColor(dark ? 0xff4a2a2a : 0xffffe3e0), error_line);
    setMarkerBackgroundColor(QColor(dark ? 0xffff9a8f : 0xffb3261e), error_symbol);
    setMarkerForegroundColor(QColor(dark ? 0xffff9a8f : 0xffb3261e), error_symbol);
    fit_margin();
}

void ScriptEditor::changeEvent(QEvent* event) {
    QsciScintilla::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) apply_colours();
}

// A new line is indented as Python wants it; Escape and Tab lead out.
void ScriptEditor::keyPressEvent(QKeyEvent* event) {
    const bool plain = event->modifiers() == Qt::NoModifier || event->modifiers() == Qt::KeypadModifier;
    if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && plain && !isListActive()) {
        removeSelectedText();
        int line = 0, column = 0;
        getCursorPosition(&line, &column);
        const auto before = text(positionFromLineIndex(0, 0), positionFromLineIndex(line, column));
        const auto indentation = language_ == Language::python ? indentation_after(before) : QString();
        insert(QLatin1Char('\n') + indentation);
        setCursorPosition(line + 1, static_cast<int>(indentation.size()));
        ensureCursorVisible();
        return;
    }
    if (event->key() == Qt::Key_Escape && plain && !isListActive()) {
        focusNextChild();
        return;
    }
    QsciScintilla::keyPressEvent(event);
}

void ScriptEditor::load(const QString& path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) fail(tr("%1 can't be read: %2").arg(path, file.errorString()));
    if (file.size() > largest) fail(tr("%1 has %2 MB: too much for this editor.").arg(path).arg(file.size() >> 20));
    QStringDecoder utf8(QStringDecoder::Utf8);
    const QString content = utf8.decode(file.readAll());
    if (utf8.hasError() || content.contains(QChar(0))) fail(tr("%1 is no text in UTF-8.").arg(path));
    const bool dos = content.contains(QStringLiteral("\r\n"));
    setEolMode(dos ? EolWindows : EolUnix);
    setText(content);
    setModified(false);
    path_ = QFileInfo(path).absoluteFilePath();
    keep_mine();
}

void ScriptEditor::save(const QString& path) {
    QSaveFile file(path);
    const auto bytes = text().toUtf8();
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit())
        fail(tr("%1 can't be written: %2").arg(path, file.errorString()));
    path_ = QFileInfo(path).absoluteFilePath();
    setModified(false);
    keep_mine();
}

void ScriptEditor::keep_mine() {
    const QFileInfo info(path_);
    written_ = info.lastModified();
    size_ = info.size();
}

bool ScriptEditor::is_changed_outside() const {
    if (path_.isEmpty()) return false;
    const QFileInfo info(path_);
    return info.lastModified() != written_ || info.size() != size_;
}

// --- marks ---

void ScriptEditor::mark_error(int line, int column, const QString& words) {
    clear_marks();
    const int at = std::min(line, lines()) - 1;
    if (at < 0) return;
    markerAdd(at, error_line);
    markerAdd(at, error_symbol);
    const bool dark = palette().color(QPalette::Base).lightness() < 128;
    const QsciStyle style(annotation_style, QStringLiteral("error"), QColor(dark ? 0xffff9a8f : 0xffb3261e),
                          palette().color(QPalette::Base), lexer_->defaultFont(0));
    annotate(at, words, style);
    show_line(line, std::max(1, column));
}

void ScriptEditor::clear_marks() {
    markerDeleteAll(error_line);
    markerDeleteAll(error_symbol);
    clearAnnotations();
}

void ScriptEditor::set_mistakes(std::vector<Mistake> mistakes, const QString& verdict) {
    verdict_ = verdict;
    mistakes_ = std::move(mistakes);
    clear_marks();
    for (const auto& mistake : mistakes_) {
        if (mistake.line < 1 || mistake.line > lines()) continue;
        markerAdd(mistake.line - 1, error_line);
        markerAdd(mistake.line - 1, error_symbol);
    }
}

int ScriptEditor::marked_line() const { return markerFindNext(0, 1U << error_line) + 1; }

void ScriptEditor::show_line(int line, int column) {
    setCursorPosition(line - 1, column - 1);
    ensureLineVisible(line - 1);
    ensureCursorVisible();
}

std::pair<QString, int> ScriptEditor::to_run() const {
    int line = 0, column = 0, last_line = 0, last_column = 0;
    if (hasSelectedText()) {
        getSelection(&line, &column, &last_line, &last_column);
        if (last_column == 0 && last_line > line) --last_line;
    } else {
        getCursorPosition(&line, &column);
        last_line = line;
    }
    // Whole lines, unless it is a part of one.
    if (hasSelectedText() && line == last_line) return {selectedText(), line + 1};
    QString code;
    for (int i = line; i <= last_line; ++i) code += text(i);
    return {code, line + 1};
}

void ScriptEditor::go_to_next_line() {
    int line = 0, column = 0;
    getCursorPosition(&line, &column);
    if (line + 1 < lines()) setCursorPosition(line + 1, 0);
}

} // namespace orrery::gui
