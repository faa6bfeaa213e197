"""People are recognised without being reached."""

import pytest

from complaints.masking import mask_address, mask_email, mask_name, mask_phone, mask_text


@pytest.mark.parametrize(
    ("mask", "plain", "shown"),
    [
        (mask_name, "王芳", "王**"),
        (mask_name, "欧阳雪怀", "欧**"),
        (mask_name, " ", ""),
        (mask_phone, "13800138000", "138****8000"),
        (mask_phone, "+86 138-0013-8000", "861****8000"),
        (mask_phone, "12315", "****15"),
        (mask_phone, "", ""),
        (mask_email, "wang.fang@example.com", "w***@example.com"),
        (mask_email, "nonsense", "***"),
        (mask_email, "", ""),
        (mask_address, "北京市海淀区一号", "****"),
        (mask_address, "", ""),
    ],
)
def test_i11_what_is_shown_does_not_tell_the_rest(mask: object, plain: str, shown: str) -> None:
    assert callable(mask)
    assert mask(plain) == shown


def test_contacts_inside_a_text_are_masked_and_the_rest_stays() -> None:
    text = mask_text("550 <wang.fang@example.com> 13800138000 unknown; 260302-AB2CD 王芳您好", "王芳")
    assert text == "550 <w***@example.com> 138****8000 unknown; 260302-AB2CD 王**您好"
