@NullMarked
package dev.sinter.control.cli;

import org.jspecify.annotations.NullMarked;
