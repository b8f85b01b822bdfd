@NullMarked
package dev.sinter.control.verify;

import org.jspecify.annotations.NullMarked;
