// SPDX-License-Identifier: GPL-3.0-or-later
// The line in which runs are filtered: completes the term that the cursor is in.
#pragma once
#include <QLineEdit>
#include <QStringList>

#include <functional>

class QCompleter;
class QStringListModel;

namespace orrery::gui {

class FilterEdit : public QLineEdit {
    Q_OBJECT
public:
    using Suggest = std::function<QStringList(const QString& term)>;
    explicit FilterEdit(QWidget* parent = nullptr);
    void set_suggestions(Suggest suggest) { suggest_ = std::move(suggest); }

Q_SIGNALS:
    void left(); // the arrow down without an open list: on to the table

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void complete(bool all);
    void insert(const QString& completion);
    Suggest suggest_;
    QCompleter* completer_;
    QStringListModel* words_;
};

} // namespace orrery::gui
