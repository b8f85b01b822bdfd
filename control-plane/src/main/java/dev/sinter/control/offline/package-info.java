/** Call graphs and plans as files: reading, checking, writing, drawing. */
@NullMarked
package dev.sinter.control.offline;

import org.jspecify.annotations.NullMarked;
