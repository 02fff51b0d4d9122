// SPDX-License-Identifier: GPL-3.0-or-later
// What a console has printed: coloured text of bounded length whose tracebacks are links.
#pragma once
#include "views/console/ansi_text.h"

#include <QPlainTextEdit>

namespace orrery::gui {

class ConsoleOutput : public QPlainTextEdit {
    Q_OBJECT

public:
    explicit ConsoleOutput(QWidget* parent = nullptr);

    static constexpr int most_lines = 5000; // older ones are dropped
    void write(const QByteArray& output);   // with ANSI sequences; a \r begins the line anew
    void write_input(const QString& code);  // with prompts, in the colour of commands
    // A whole line or several of their own, whatever was printed before.
    void write_lines(const QString& text, const AnsiStyle& style = {});
    void write_ansi_lines(const QString& text);
    void empty();

Q_SIGNALS:
    void place_clicked(const QString& file, int line); // of a traceback

protected:
    void changeEvent(QEvent* event) override; // colours follow the palette
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;

private:
    void put(std::vector<AnsiPiece> pieces);
    void put_text(QTextCursor& cursor, const AnsiPiece& piece);
    void mark_links(int first_block);
    void start_line();
    QTextCharFormat format_of(const AnsiStyle& style) const;
    bool is_dark() const;
    AnsiReader reader_;
    QTextCursor end_;
    QPoint pressed_;
    bool owed_line_ = false; // the last line is ended, and the next one not begun: it would be empty
    bool follows_ = true;    // its end
};

} // namespace orrery::gui
