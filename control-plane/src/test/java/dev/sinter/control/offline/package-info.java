@NullMarked
package dev.sinter.control.offline;

import org.jspecify.annotations.NullMarked;
