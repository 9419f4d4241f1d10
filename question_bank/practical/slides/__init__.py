"""Files of PowerPoint as the checks read them (ISO/IEC 29500-1, PresentationML and DrawingML)."""
