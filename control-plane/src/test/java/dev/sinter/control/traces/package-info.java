@NullMarked
package dev.sinter.control.traces;

import org.jspecify.annotations.NullMarked;
