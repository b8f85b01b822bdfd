@NullMarked
package dev.sinter.control;

import org.jspecify.annotations.NullMarked;
